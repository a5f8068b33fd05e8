"""One feed as plain values."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from onefold.domains.intake.queries import FeedRow, PastPause
from onefold.policy.feeds import FeedSpec
from onefold.web.backoffice.receipts import WHY_PAUSED, company_of, days_old, expected_every
from onefold.web.cells import cell
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import count, instant


def feed(row: FeedRow, spec: FeedSpec, names: Names) -> dict[str, Any]:
    return {
        "code": row.feed,
        "title": row.title.get(names.language, row.feed),
        "company": company_of(row.company, names),
        "paused": row.pause is not None,
        "stale": row.is_stale,
        "waiting": row.waiting,
        "age": days_old(row.age_days) if row.age_days is not None else _("nothing loaded yet"),
        "facts": [
            {"label": _("Company"), "text": company_of(row.company, names)},
            {"label": _("Files"), "text": row.file},
            {"label": _("Mode"), "text": _("each file is the whole truth") if spec.full else _("each file adds")},
            {"label": _("Encoding"), "text": spec.encoding},
            {"label": _("Last data from"), "text": instant(row.data_at) if row.data_at else _("nothing loaded yet")},
            {"label": _("Expected"), "text": expected_every(row.freshness_days)},
            {"label": _("Waiting"), "text": count(row.waiting)},
        ],
    }


def columns(spec: FeedSpec) -> dict[str, Any]:
    """What the file must look like, column by column."""
    heads = (_("Column"), _("Type"), _("Must be filled"))
    return {
        "caption": _("Columns"),
        "columns": [{"label": head} for head in heads],
        "rows": [
            {"cells": [cell(column.name), cell(column.type), cell(_("yes") if column.required else None)]}
            for column in spec.columns
        ],
    }


def history(rows: list[PastPause]) -> list[dict[str, Any]]:
    """Pauses and their ends, newest first."""
    events: list[dict[str, Any]] = []
    for row in rows:
        if row.resumed_at:
            events.append({"at": row.resumed_at, "title": _("Resumed"), "text": "", "icon": "check", "tone": "good"})
        text = " ".join(part for part in (str(WHY_PAUSED.get(row.why, row.why)), row.note) if part)
        events.append({"at": row.paused_at, "title": _("Paused"), "text": text, "icon": "pause", "tone": "warn"})
    return sorted(events, key=lambda event: event["at"], reverse=True)
