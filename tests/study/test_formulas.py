"""FSRS-6 is written twice, for arrays and for tensors, which are differentiated: both agree."""

from datetime import date, timedelta

import numpy as np
import pytest
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.history import AnsweredOn
from quizapp.study import fitting
from quizapp.study.formulas import Formulas

parameters = st.tuples(
    *(
        st.floats(low, high)
        for low, high in zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    )
)
histories = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([0, 0, 1, 2, 7, 30, 400])), min_size=2, max_size=8
)


def chances(formulas, history):
    """Chances of recall before each answer on a later day, by the formulas for arrays."""
    (first, _), *later = history
    stability, difficulty = formulas.first(np.array([first]))
    found = []
    for rating, days in later:
        given, chance = np.array([rating]), formulas.recall(np.array([days]), stability)
        if days:
            found.append(chance.item())
            stability = formulas.later(stability, difficulty, chance, given)
        else:
            stability = formulas.same_day(stability, given)
        difficulty = formulas.difficulty(difficulty, given)
    return found


@given(parameters, histories)
def test_arrays_and_tensors_give_the_same_chances_with_any_parameters(values, history):
    day, answers = date(2026, 1, 1), []
    for rating, days in history:
        day += timedelta(days=days)
        answers.append(AnsweredOn(day, rating))

    predicted = fitting.predictions({"a": answers}, values)

    assert [each.chance for each in predicted] == pytest.approx(
        chances(Formulas(values), history), rel=1e-9, abs=1e-12
    )
