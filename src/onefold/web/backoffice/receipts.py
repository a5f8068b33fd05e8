"""Feeds, receipts and rejects as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from onefold.domains import rulebook
from onefold.domains.intake.queries import BatchRow, FeedRow, PauseRow
from onefold.domains.releases.failures import failure_in
from onefold.domains.releases.queries import RunProgress
from onefold.policy.feed_sentences import REFUSAL_SENTENCES
from onefold.web.cells import cell, stacked
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import count, instant
from onefold.web.words import BATCH_OUTCOMES, RUN_STATES, step_words, word

TONES = {"LOADED": "good", "RECEIVED": "busy", "REFUSED": "bad", "DUPLICATE_FILE": ""}
PROGRESS_STATES = {"PUBLISHED": "DONE", "UNCHANGED": "DONE"}


def feeds(rows: Iterable[FeedRow], names: Names) -> dict[str, Any]:
    """The feeds with the age of their data, those that want a person first. Of several companies: a table of these, then one
    of the others company by company.
    """
    ordered = sorted(rows, key=lambda row: (row.pause is None, not row.is_stale, row.company, row.feed))
    several = len({row.company for row in ordered}) > 1
    wanting = [row for row in ordered if several and (row.pause or row.is_stale)]
    rest: dict[str, list[FeedRow]] = {}
    for row in ordered:
        if row not in wanting:
            rest.setdefault(row.company, []).append(row)
    return {
        "wanting": _feed_table(wanting, names, _("Feeds that want a person")) if wanting else None,
        "companies": [
            {
                "title": (title := company_of(company, names)),
                "number": len(own),
                "table": _feed_table(own, names, title),
            }
            for company, own in rest.items()
        ],
        "number": len(ordered),
    }


def _feed_table(rows: list[FeedRow], names: Names, caption: str) -> dict[str, Any]:
    heads = [_("Feed"), _("State"), _("Last data from"), _("Last file"), _("Waiting")]
    several = len({row.company for row in rows}) > 1
    if several:
        heads.insert(1, _("Company"))
    table = {
        "caption": caption,
        "columns": [{"label": head, "numeric": head == heads[-1]} for head in heads],
        "rows": [{"cells": _feed_cells(row, names, several)} for row in rows],
    }
    return stacked(table)


def _feed_cells(row: FeedRow, names: Names, with_company: bool) -> list[dict[str, Any]]:
    note = f"{row.file} · {_('assumed')}" if row.assumed else row.file
    newest = cell()
    if row.newest:
        url = reverse("backoffice:batch", args=[row.newest.batch_id])
        newest = cell(instant(row.newest.received_at), url=url)
    return [
        cell(row.title.get(names.language, row.feed), note=note, url=reverse("backoffice:feed", args=[row.feed])),
        *([cell(company_of(row.company, names))] if with_company else []),
        _freshness(row),
        cell(instant(row.data_at) if row.data_at else None, note=expected_every(row.freshness_days)),
        newest,
        cell(value=row.waiting or None, as_="count"),
    ]


def expected_every(days: int) -> str:
    return ngettext("expected every day", "expected every %(n)s days", days) % {"n": days}


def _freshness(row: FeedRow) -> dict[str, Any]:
    if row.pause:
        return cell(_("paused"), tone="bad", icon="pause")
    if row.age_days is None:
        return cell(_("nothing loaded yet"), tone="bad", icon="warning")
    if row.is_stale:
        return cell(_("late: %(age)s") % {"age": days_old(row.age_days)}, tone="warn", icon="clock")
    return cell(days_old(row.age_days), tone="good", icon="check")


def days_old(days: int) -> str:
    return ngettext("%(n)s day old", "%(n)s days old", days) % {"n": days} if days else _("today")


WHY_PAUSED = {
    "HEADER_CHANGED": gettext_lazy("The columns of its last file are not the declared ones."),
    "TOO_MANY_QUARANTINED": gettext_lazy("Too many rows of its last file had to be set aside."),
    "BY_HAND": gettext_lazy("A person paused it."),
}


def pauses(rows: Iterable[PauseRow], names: Names) -> list[dict[str, Any]]:
    """What is paused, for the alert that stands on every page of the intake."""
    return [
        {
            "title": title_of(row.feed, names),
            "company": company_of(row.company, names),
            "why": str(WHY_PAUSED.get(row.why, row.why)),
            "note": row.note,
            "at": row.paused_at,
            "by": "" if row.paused_by.startswith("system:") else row.paused_by,
            "url": reverse("backoffice:feed", args=[row.feed]),
        }
        for row in rows
    ]


def company_of(code: str, names: Names) -> str:
    """Feeds of the holding itself carry a code that is no company's."""
    return names.company(code) if code in names.company_rows else _("The holding")


def batches(rows: Iterable[BatchRow], names: Names, of_one_feed: bool = False) -> dict[str, Any]:
    """Receipts as a table, with the row equation in its columns. On the page of one feed its name is not said again."""
    heads = (_("File"), _("Received"), _("Outcome"), _("Rows"), _("Loaded"), _("Set aside"), _("Repeated"))
    return stacked(
        {
            "caption": _("Receipts"),
            "columns": [{"label": head, "numeric": place > 2} for place, head in enumerate(heads)],
            "rows": [{"cells": _batch_cells(row, "" if of_one_feed else title_of(row.feed, names))} for row in rows],
            "empty": {
                "title": _("No file has been handed in yet"),
                "text": _("Choose a file above, or drop it there."),
            },
        }
    )


def _batch_cells(row: BatchRow, note: str) -> list[dict[str, Any]]:
    counts = (row.rows_in, row.rows_loaded, row.rows_quarantined, row.rows_duplicate)
    url = reverse("backoffice:batch", args=[row.batch_id])
    return [
        cell(row.file_name, url=url, note=note),
        cell(instant(row.received_at)),
        cell(word(BATCH_OUTCOMES, row.outcome), tone=TONES.get(row.outcome) or "none"),
        *(cell(value=value, as_="count") for value in counts),
    ]


def title_of(feed: str, names: Names) -> str:
    spec = rulebook.loaded().feeds.get(feed)
    return spec.title.get(names.language, feed) if spec else feed


def batch(row: BatchRow, names: Names) -> dict[str, Any]:
    """A receipt; the four counts are None until a run has read the file."""
    return {
        "title": title_of(row.feed, names),
        "file_name": row.file_name,
        "read": row.rows_in is not None,
        "outcome": row.outcome,
        "outcome_words": word(BATCH_OUTCOMES, row.outcome),
        "tone": TONES.get(row.outcome, ""),
        "reason": sentence(REFUSAL_SENTENCES, row.reason, names.language),
        "detail": row.detail,
        "feed_url": reverse("backoffice:feed", args=[row.feed]),
        "rows_in": row.rows_in,
        "rows_loaded": row.rows_loaded,
        "rows_quarantined": row.rows_quarantined,
        "rows_duplicate": row.rows_duplicate,
        "facts": [
            {"label": _("Feed"), "text": title_of(row.feed, names), "note": row.feed},
            {"label": _("Company"), "text": company_of(row.company, names)},
            {"label": _("Received"), "value": row.received_at, "as": "instant"},
            {"label": _("Size"), "text": _("%(n)s bytes") % {"n": count(row.bytes)}},
            {"label": _("Receipt"), "text": str(row.batch_id)},
        ],
    }


def sentence(sentences: dict[str, dict[str, str]], code: str, language: str) -> str:
    """Return the words for a code; a code without words stands for itself."""
    return sentences.get(code, {}).get(language, code)


def run(row: RunProgress | None) -> dict[str, Any] | None:
    """The newest run as the progress component takes it; None before the first."""
    if row is None:
        return None
    return {
        "label": _("Run") if row.is_open else word(RUN_STATES, row.state),
        "done": row.steps_done,
        "of": row.steps_total or None,
        "percent": round(100 * row.steps_done / row.steps_total) if row.steps_total else None,
        "state": PROGRESS_STATES.get(row.state, row.state),
        "text": failure_in(get_language() or "en", row.failure, row.failure_told)
        or (step_words(row.step) if row.is_open else ""),
        "open": row.is_open,
        "requested_at": row.requested_at,
        "finished_at": row.finished_at,
    }
