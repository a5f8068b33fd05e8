"""How often, how long, how old at most: the rulebook's pack `keeping`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onefold import policy


@dataclass(frozen=True)
class Limits:
    base_every_hours: int
    full_every_days: int
    kept_days: int
    kept_fewest: int
    files_every_s: int
    log_age_max_s: int
    backup_age_max_hours: int
    drill_age_max_days: int


def limits(rulebook: Path | None, on: date) -> Limits:
    """The values in force on a day."""
    book = policy.load(rulebook)
    return Limits(**{name: int(book.value(f"keeping.{name}", on=on)) for name in Limits.__dataclass_fields__})
