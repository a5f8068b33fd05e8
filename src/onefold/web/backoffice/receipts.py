"""Feeds, receipts and rejects as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onefold.domains import rulebook
from onefold.domains.intake.queries import BatchRow, FeedRow, RejectRow
from onefold.domains.releases.queries import RunProgress
from onefold.policy.feed_sentences import REFUSAL_SENTENCES, REJECT_SENTENCES
from onefold.web.cells import cell
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import count, instant
from onefold.web.words import BATCH_OUTCOMES, RUN_STATES, word

SHOWN_BYTES_MAX = 400
TONES = {"LOADED": "good", "RECEIVED": "busy", "REFUSED": "bad", "DUPLICATE_FILE": ""}
PROGRESS_STATES = {"PUBLISHED": "DONE", "UNCHANGED": "DONE"}


def feeds(rows: Iterable[FeedRow], names: Names) -> dict[str, Any]:
    """The feeds with their freshness as a table; those that are stale come first."""
    heads = (_("Feed"), _("Company"), _("Freshness"), _("Last file"), _("Expected every"))
    ordered = sorted(rows, key=lambda row: (not row.is_stale, row.company, row.feed))
    return {
        "caption": _("Feeds"),
        "columns": [{"label": head} for head in heads],
        "rows": [{"cells": _feed_cells(row, names)} for row in ordered],
        "empty": {"title": _("No feed is yours"), "text": _("The rulebook declares no feed of your company.")},
    }


def _feed_cells(row: FeedRow, names: Names) -> list[dict[str, Any]]:
    note = f"{row.file} · {_('assumed')}" if row.assumed else row.file
    newest = cell()
    if row.newest:
        url = reverse("backoffice:batch", args=[row.newest.batch_id])
        newest = cell(instant(row.newest.received_at), url=url)
    return [
        cell(row.title.get(names.language, row.feed), note=note),
        cell(company_of(row.company, names)),
        _freshness(row),
        newest,
        cell(ngettext("%(n)s day", "%(n)s days", row.freshness_days) % {"n": row.freshness_days}),
    ]


def _freshness(row: FeedRow) -> dict[str, Any]:
    if row.age_days is None:
        return cell(_("never received"), tone="bad", icon="warning")
    age = (
        ngettext("%(n)s day old", "%(n)s days old", row.age_days) % {"n": row.age_days} if row.age_days else _("today")
    )
    if row.is_stale:
        return cell(_("stale: %(age)s") % {"age": age}, tone="warn", icon="clock")
    return cell(age, tone="good", icon="check")


def company_of(code: str, names: Names) -> str:
    """Feeds of the holding itself carry a code that is no company's."""
    return names.company(code) if code in names.company_rows else _("The holding")


def batches(rows: Iterable[BatchRow], names: Names) -> dict[str, Any]:
    """Receipts as a table, with the row equation in its columns."""
    heads = (_("File"), _("Received"), _("Outcome"), _("Rows"), _("Loaded"), _("Set aside"), _("Repeated"))
    return {
        "caption": _("Receipts"),
        "columns": [{"label": head, "numeric": place > 2} for place, head in enumerate(heads)],
        "rows": [{"cells": _batch_cells(row, names)} for row in rows],
        "empty": {"title": _("No file has been handed in yet"), "text": _("Choose a file above, or drop it there.")},
    }


def _batch_cells(row: BatchRow, names: Names) -> list[dict[str, Any]]:
    counts = (row.rows_in, row.rows_loaded, row.rows_quarantined, row.rows_duplicate)
    url = reverse("backoffice:batch", args=[row.batch_id])
    return [
        cell(row.file_name, url=url, note=title_of(row.feed, names)),
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


def rejects(rows: Iterable[RejectRow], feed: str, language: str) -> list[dict[str, Any]]:
    """The quarantined rows. Their bytes are shown as text as well as they can be; who needs them exactly downloads them."""
    spec = rulebook.loaded().feeds.get(feed)
    encoding = spec.csv.encoding if spec else "utf-8"
    return [
        {
            "line": row.line,
            "column": row.column or "",
            "rule": row.rule,
            "sentence": sentence(REJECT_SENTENCES, row.rule, language),
            "original": readable(row.original, encoding),
        }
        for row in rows
    ]


def readable(original: bytes, encoding: str) -> str:
    """Return a row's bytes as text in the feed's encoding, cut short, with a mark for what cannot be read."""
    tried = ("utf-8", "gb18030") if encoding == "auto" else (encoding, encoding)
    cut = original.rstrip(b"\r\n")[:SHOWN_BYTES_MAX]
    try:
        text = cut.decode(tried[0])
    except UnicodeDecodeError:
        text = cut.decode(tried[1], errors="replace")
    return text + ("…" if len(original) > SHOWN_BYTES_MAX else "")


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
        "text": row.failure or (row.step if row.is_open else ""),
        "open": row.is_open,
        "requested_at": row.requested_at,
        "finished_at": row.finished_at,
    }
