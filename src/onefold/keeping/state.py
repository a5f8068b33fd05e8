"""What an installation knows of its backups: `var/keeping/state.json`, and what is too old by the rulebook's limits.

Not in the database: a restored one must not believe in backups that it never made.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from onefold.keeping import durable
from onefold.keeping.limits import Limits
from onefold.keeping.repository import OWN

FILE, RESTORED = "state.json", "restored.json"


def note(var: Path, **known: Any) -> None:
    """Write down what is news; the rest stays."""
    with durable.alone(var / OWN / "state.lock"):
        durable.write_json(var / OWN / FILE, read(var) | known, mode=0o644)


def read(var: Path) -> dict[str, Any]:
    return dict(durable.read_json(var / OWN / FILE) or {})


def note_restored(var: Path, backup: str, until: str) -> None:
    """Write down that the installation in `var` was brought back from a backup, until its audit says so."""
    said = {"backup": backup, "until": until, "by": getpass.getuser(), "at": datetime.now(UTC).isoformat()}
    durable.write_json(var / OWN / RESTORED, said)


def restored(var: Path) -> dict[str, str] | None:
    """Return what a restore wrote down and no audit says yet: backup, until, by, at; None where there is nothing."""
    said: dict[str, str] | None = durable.read_json(var / OWN / RESTORED)
    return said


def forget_restored(var: Path) -> None:
    (var / OWN / RESTORED).unlink(missing_ok=True)


@dataclass(frozen=True)
class Status:
    """Ages in seconds, None where there never was one. `alarms`: codes of what is older than it may be, worst first."""

    target: str
    backup_age_s: float | None
    log_age_s: float | None
    files_age_s: float | None
    drill_age_s: float | None
    alarms: tuple[str, ...]


def status(var: Path, limits: Limits, now: datetime | None = None) -> Status:
    """How old the last good backup, the log, the files and the last good drill are. Without a target nothing is alarming."""
    known, now = read(var), now or datetime.now(UTC)
    ages = {name: _age(known.get(name), now) for name in ("backup", "log", "files", "drill")}
    target = str(known.get("target", ""))
    return Status(
        target, ages["backup"], ages["log"], ages["files"], ages["drill"],
        tuple(_alarms(known, ages, limits)) if target else (),
    )  # fmt: skip


def _age(entry: Any, now: datetime) -> float | None:
    return (now - datetime.fromisoformat(entry["at"])).total_seconds() if entry else None


def _alarms(known: dict[str, Any], ages: dict[str, float | None], limits: Limits) -> list[str]:
    longest = {
        "backup": timedelta(hours=limits.backup_age_max_hours),
        "log": timedelta(seconds=limits.log_age_max_s),
        "files": timedelta(seconds=limits.log_age_max_s),
        "drill": timedelta(days=limits.drill_age_max_days),
    }
    alarms = ["FILE_ALTERED"] if known.get("altered") else []
    skipped = {"log"} if known.get("database") == "external" else set()
    for name, limit in longest.items():
        age = ages[name]
        if name not in skipped and (age is None or age > limit.total_seconds()):
            alarms.append(f"{name.upper()}_TOO_OLD")
    return alarms
