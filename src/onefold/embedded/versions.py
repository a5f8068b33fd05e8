"""Is the database of a newer version than this program? Then nothing of this program may run on it: it would write what the
newer one no longer means.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

from onefold.kernel.room import Outage

APPLIED = "SELECT app, name FROM django_migrations"
SOURCE = Path(__file__).resolve().parents[1]


class SchemaNewer(Outage):
    code = "SCHEMA_NEWER"
    retry_after_s = 60
    sentence = {
        "en": "The database was brought to a newer version of Onefold: this program does not know {newest}. Start the newer version, "
        "or restore the backup made before it.",
        "zh-Hans": "数据库已升级到更新版本的 Onefold：本程序不认识 {newest}。请启动新版本，或恢复升级之前的备份。",
    }


@functools.cache
def known() -> frozenset[tuple[str, str]]:
    """Every step of the tables that this program has, as (app, name)."""
    return frozenset((path.parents[1].name, path.stem) for path in SOURCE.rglob("migrations/[0-9]*.py"))


def refuse_newer(applied: Iterable[tuple[str, str]]) -> None:
    """Raise `SchemaNewer` if the database has a step of one of our own apps that this program has not."""
    ours = {app for app, _ in known()}
    newer = sorted(f"{app}.{name}" for app, name in applied if app in ours and (app, name) not in known())
    if newer:
        raise SchemaNewer(newest=newer[-1])
