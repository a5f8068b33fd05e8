"""The table of what is kept: every room's classes, in the order in which they go."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from onefold.commands.retention import Keeper
from onefold.domains import rulebook
from onefold.domains.retention.refusals import KindUnknown
from onefold.kernel.retention import Term


def keepers() -> list[Keeper]:
    """Return every class of kept things, those whose rows name files first."""
    return [keeper for path in settings.KEPT for keeper in import_string(path)]


def keeper_of(kind: str) -> Keeper:
    """Return the class of this name. Raises `KindUnknown`."""
    found = next((keeper for keeper in keepers() if keeper.name == kind), None)
    if found is None:
        raise KindUnknown()
    return found


def term_of(kind: str, on: date) -> Term:
    """Return how long things of a class are kept, as the rulebook says on a day."""
    return Term.of(rulebook.value(f"retention.{kind}", on))
