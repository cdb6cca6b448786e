"""All use-cases in one object. Owns putting the desks together; leaves every use-case to them."""

from __future__ import annotations

from quizapp.engine.data import DataDesk
from quizapp.engine.editing import EditDesk
from quizapp.engine.fitting import FittingDesk
from quizapp.engine.making import MakingDesk
from quizapp.engine.marking import MarkingDesk
from quizapp.engine.reviewing import CardEngine
from quizapp.engine.saved import SavedDesk
from quizapp.engine.sessions import SessionDesk
from quizapp.engine.settings import SettingsDesk
from quizapp.engine.simulating import SimulatingDesk
from quizapp.engine.statistics import StatisticsDesk


class Engine(
    SessionDesk,
    CardEngine,
    MarkingDesk,
    MakingDesk,
    EditDesk,
    FittingDesk,
    SavedDesk,
    SettingsDesk,
    SimulatingDesk,
    StatisticsDesk,
    DataDesk,
):
    """Everything that a front end can ask for; a context manager, opened by `Engine.open`."""
