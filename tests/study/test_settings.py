"""Settings: what is read, what is kept, and what is refused."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.study.settings import OF_TOPICS, SPECS, LeechAction, Settings, kept, read, spec_of


def refused(key, text):
    with pytest.raises(ValueError) as error:  # noqa: PT011 - its text is what the tests are about
        kept(spec_of(key), text)
    return str(error.value)


def setting(key, text):
    """The settings after one was set."""
    return read({key: kept(spec_of(key), text)})


def test_without_any_setting_the_defaults_hold():
    assert read({}) == Settings()


@pytest.mark.parametrize("key", SPECS)
def test_each_default_can_be_given_as_it_is_shown(key):
    assert setting(key, spec_of(key).default) == Settings()


@pytest.mark.parametrize("key", SPECS)
def test_a_kept_value_of_the_wrong_kind_counts_as_never_set(key):
    assert read({key: ["something", "else"]}) == Settings()
    assert read({key: "\N{SNOWMAN}"}) == Settings()


@given(
    st.dictionaries(
        st.sampled_from([*SPECS, *(f"{key}.x" for key in OF_TOPICS), "new_per_day.", "other"]),
        st.text(),
    )
)
def test_whatever_is_kept_can_be_read(stored):
    assert isinstance(read(stored), Settings)


@given(st.sampled_from(list(SPECS)), st.text())
def test_any_text_is_taken_or_refused_and_what_is_taken_is_shown_as_it_was_kept(key, text):
    spec = spec_of(key)
    try:
        value = kept(spec, text)
    except ValueError:
        return
    shown = spec.show(getattr(read({key: value}), key))
    assert kept(spec, shown) == value


def test_steps_are_read_in_their_units():
    expected = (timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=2))
    assert setting("learning_steps", " 30s 10M  2h").learning_steps == expected


def test_steps_can_be_none():
    assert setting("relearning_steps", "none").relearning_steps == ()


@pytest.mark.parametrize("text", ["10", "1d", "24h", "-1m", "1m,10m", "10m 1m", "0s", "1m " * 11])
def test_steps_that_make_no_sense_are_refused(text):
    assert refused("learning_steps", text)


def test_a_retention_can_be_a_percentage():
    assert setting("desired_retention", "85%").desired_retention == 0.85


@pytest.mark.parametrize("text", ["nan", "inf", "0.69", "1", "90", "", "0,9", "much"])
def test_a_retention_out_of_range_is_refused(text):
    assert refused("desired_retention", text)


def test_a_topic_has_a_retention_of_its_own():
    assert setting("desired_retention.sums", "0.95").retention_of == {"sums": 0.95}


def test_a_topic_has_daily_limits_of_its_own():
    assert setting("new_per_day.sums", "3").limits.new_of == {"sums": 3}
    assert setting("reviews_per_day.sums", "0").limits.reviews_of == {"sums": 0}


@pytest.mark.parametrize("key", OF_TOPICS)
def test_a_setting_of_no_topic_is_no_setting(key):
    assert spec_of(f"{key}.") is None


def test_what_holds_for_all_topics_alone_is_no_setting_of_one():
    assert spec_of("learning_steps.sums") is None


def test_easy_days_are_named_by_weekday():
    assert setting("easy_days", "sun=0 sat=0.5").easy_days == (1, 1, 1, 1, 1, 0.5, 0)


@pytest.mark.parametrize("text", ["sat", "sat=2", "sat=-1", "sat=nan", "someday=1", "sat 0.5"])
def test_easy_days_that_make_no_sense_are_refused(text):
    assert refused("easy_days", text)


def test_a_week_without_any_day_for_reviews_is_refused():
    text = " ".join(f"{day}=0" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    assert refused("easy_days", text) == "no day would be left for reviews"


@pytest.mark.parametrize(("text", "value"), [("on", True), ("No", False), ("TRUE", True)])
def test_a_switch_has_several_words(text, value):
    assert setting("bury_siblings", text).bury_siblings is value


@pytest.mark.parametrize("text", ["-1", "10000", "1.5", "ten", "", "1" * 30])
def test_a_number_of_cards_out_of_range_is_refused(text):
    assert refused("new_per_day", text)


def test_a_choice_is_one_of_its_words():
    assert setting("leech_action", "Suspend").leech_action is LeechAction.SUSPEND
    assert refused("leech_action", "delete") == "'delete' is none of tag, suspend"
