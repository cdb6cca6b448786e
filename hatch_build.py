"""Puts the default course into the wheel; an editable install reads it from the checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_COURSE = ("course.yaml", "cards", "exercises", "solutions")


class CourseBuildHook(BuildHookInterface[Any]):
    """Adds the course's files below `quizapp/default_course`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before each build; `version` is "standard" or "editable"."""
        if version == "editable":
            return
        for name in _COURSE:
            build_data["force_include"][str(Path(self.root, name))] = (
                f"quizapp/default_course/{name}"
            )
