"""The figures of `/metrics` for people: what each comes to, and whether somebody must look."""

from __future__ import annotations

import time
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onefold.commands.figures import Newest
from onefold.web.ui.templatetags.figures import count

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
MEASURED_MAX_S, RELEASE_MAX_S, OUTBOX_MAX_S, PRUNED_MAX_S = 2 * MINUTE_S, 2 * DAY_S, 5 * MINUTE_S, 3 * DAY_S
DISK_LEAST = 0.1
"""As in the alert rules (docs/monitoring/alerts.yml), so that page and alarm say the same."""
Row = dict[str, Any]


class Figures:
    """The newest figures by name; None where there is none."""

    def __init__(self, newest: Newest) -> None:
        self._rows = newest.figures

    def one(self, name: str, **labels: str) -> float | None:
        return next((value for row, value in self._rows.get(name, []) if labels.items() <= row.items()), None)

    def sum(self, name: str, **labels: str) -> float:
        return sum(value for row, value in self._rows.get(name, []) if labels.items() <= row.items())

    def by(self, name: str, label: str) -> dict[str, float]:
        return {row[label]: value for row, value in self._rows.get(name, [])}


def rows_of(newest: Newest | None) -> list[Row]:
    """Return what is shown, line by line; one line where nothing was measured yet."""
    if newest is None:
        return [_row(_("Measured"), _("not yet: it begins with `onefold up`"), good=False)]
    figures = Figures(newest)
    measured_s = max(time.time() - newest.at.timestamp(), 0.0)
    return [
        _row(_("Measured"), age(measured_s), good=measured_s <= MEASURED_MAX_S),
        *_release(figures),
        *_feeds(figures),
        *_queues(figures),
        *_disk(figures),
        *_backup(figures),
    ]


def _release(figures: Figures) -> list[Row]:
    since = figures.one("onefold_release_age_seconds")
    shown = _("none yet") if since is None else age(since)
    rows = [_row(_("Release in force"), shown, good=since is not None and since <= RELEASE_MAX_S)]
    if figures.one("onefold_run_open"):
        done, total = (int(figures.one(f"onefold_run_steps_{name}") or 0) for name in ("done", "total"))
        rows.append(_row(_("Run under way"), _("step %(n)s of %(total)s") % {"n": done, "total": total}))
    failed = bool(figures.one("onefold_run_last_failed"))
    ended = min(figures.by("onefold_run_last_ended_age_seconds", "state").values(), default=None)
    if ended is not None:
        words = _("failed, %(age)s") if failed else _("well, %(age)s")
        rows.append(_row(_("Last run ended"), words % {"age": age(ended)}, good=not failed))
    return rows


def _feeds(figures: Figures) -> list[Row]:
    ages, fresh = figures.by("onefold_feed_age_seconds", "feed"), figures.by("onefold_feed_freshness_seconds", "feed")
    late = sum(ages[feed] > fresh.get(feed, ages[feed]) for feed in ages)
    paused = int(figures.sum("onefold_feed_paused"))
    none = len(fresh) - len(ages)
    words = _("%(late)s late, %(paused)s paused, %(none)s without a file yet, of %(all)s")
    return [
        _row(
            _("Feeds"),
            words % {"late": late, "paused": paused, "none": none, "all": len(fresh)},
            good=not (late or paused),
        )
    ]


def _queues(figures: Figures) -> list[Row]:
    dead = figures.sum("onefold_deliveries", state="DEAD") + figures.sum("onefold_webhook_messages", state="DEAD")
    waiting, oldest = figures.sum("onefold_outbox_waiting"), figures.one("onefold_outbox_oldest_seconds") or 0.0
    todo, failed = figures.sum("onefold_jobs", status="todo"), figures.sum("onefold_jobs", status="failed")
    return [
        _row(_("Waiting to be handed on"), count(int(waiting)), good=oldest <= OUTBOX_MAX_S),
        _row(_("Put aside after the last try"), count(int(dead)), good=not dead),
        _row(_("Long jobs"), _("%(todo)s wait, %(failed)s failed this week") % {"todo": int(todo), "failed": int(failed)}, good=not failed),
    ]  # fmt: skip


def _disk(figures: Figures) -> list[Row]:
    free, size = figures.one("onefold_disk_free_bytes"), figures.one("onefold_disk_size_bytes")
    if free is None or not size:
        return []
    words = _("%(free)s free of %(size)s") % {"free": filesizeformat(free), "size": filesizeformat(size)}
    return [_row(_("Disk"), words, good=free / size >= DISK_LEAST)]


def _backup(figures: Figures) -> list[Row]:
    alarms, backup = figures.one("onefold_backup_alarms"), figures.one("onefold_backup_age_seconds")
    drill, pruned = figures.one("onefold_drill_age_seconds"), figures.one("onefold_prune_age_seconds")
    good = None if alarms is None else not alarms
    none = _("none") if alarms is None else _("none yet")
    return [
        _row(_("Last backup"), none if backup is None else age(backup), good=good),
        _row(_("Last trial restoration"), none if drill is None else age(drill), good=good),
        _row(_("Last night's clearing"), _("none yet") if pruned is None else age(pruned), good=pruned is None or pruned <= PRUNED_MAX_S),
    ]  # fmt: skip


def _row(label: str, value: str, good: bool | None = None) -> Row:
    """`good`: None where there is nothing to judge."""
    if good is None:
        return {"label": label, "value": value, "tone": "", "text": "", "icon": ""}
    tone, text, icon = ("good", _("in order"), "check") if good else ("bad", _("look here"), "warning")
    return {"label": label, "value": value, "tone": tone, "text": text, "icon": icon}


def age(seconds: float) -> str:
    """Return an age in the one unit that says enough."""
    if seconds < MINUTE_S:
        return _("just now")
    if seconds < HOUR_S:
        number = int(seconds // MINUTE_S)
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", number) % {"n": number}
    if seconds < DAY_S:
        number = int(seconds // HOUR_S)
        return ngettext("%(n)s hour ago", "%(n)s hours ago", number) % {"n": number}
    number = int(seconds // DAY_S)
    return ngettext("%(n)s day ago", "%(n)s days ago", number) % {"n": number}
