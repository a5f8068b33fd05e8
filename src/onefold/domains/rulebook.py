"""The group's rulebook as this process loaded it. A change of policy is a new start, so that a decision names one version."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from onefold import policy


@cache
def loaded() -> policy.Rulebook:
    return policy.load(Path(settings.RULEBOOK) if settings.RULEBOOK else None)


def value(name: str, on: date) -> Any:
    """Return the value in force on a day; raise what `policy` raises for an unknown name or a day before the first value."""
    return loaded().value(name, on=on)
