"""The rulebook of one day, each answer asked for once."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from onefold.policy import Rulebook


class Day:
    def __init__(self, rulebook: Rulebook, on: date) -> None:
        self.value = cache(lambda name: rulebook.value(name, on=on))
        self.of_series = cache(lambda name, series: rulebook.of_series(name, series, on=on))
        self.required_grade = cache(lambda company, series: rulebook.required_grade(company, series, on=on))
        self._found: dict[str, Any] = {}
        self._rulebook, self._on = rulebook, on

    def value_or(self, name: str, before: Any) -> Any:
        if name not in self._found:
            self._found[name] = self._rulebook.value_or(name, self._on, before)
        return self._found[name]
