"""Rows set aside, as plain values: what is wrong with each in both languages, and its bytes made readable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from onefold.domains import rulebook
from onefold.domains.intake.queries import BatchRow, RejectRow
from onefold.policy.feed_sentences import REJECT_SENTENCES
from onefold.web.backoffice.bytes_shown import readable
from onefold.web.backoffice.receipts import sentence
from onefold.web.ui.templatetags.figures import count
from onefold.web.words import BATCH_OUTCOMES, word

OTHER = {"en": "zh-Hans", "zh-Hans": "en"}


def rejects(rows: Iterable[RejectRow], feed: str, language: str) -> list[dict[str, Any]]:
    """The quarantined rows. Who needs their bytes exactly downloads them."""
    spec = rulebook.loaded().feeds.get(feed)
    encoding = spec.encoding if spec else "utf-8"
    return [
        {
            "line": row.line,
            "column": row.column or "",
            "rule": row.rule,
            "sentence": sentence(REJECT_SENTENCES, row.rule, language),
            "other_sentence": sentence(REJECT_SENTENCES, row.rule, OTHER[language]),
            "other_language": OTHER[language],
            "original": readable(row.original, encoding),
        }
        for row in rows
    ]


def filters(counts: list[tuple[str, str, int]], rule: str, column: str, language: str) -> dict[str, Any]:
    """What one may choose: each rule and each column with its number of rows under the other choice."""
    rules = _sums((one, n) for one, other, n in counts if not column or other == column)
    columns = _sums((other, n) for one, other, n in counts if not rule or one == rule)
    return {
        "rule": rule,
        "column": column,
        "chosen": bool(rule or column),
        "rules": [
            {"code": code, "label": f"{sentence(REJECT_SENTENCES, code, language)} ({count(n)})"} for code, n in rules
        ],
        "columns": [{"code": name, "label": f"{name} ({count(n)})"} for name, n in columns if name],
        "total": sum(n for one, other, n in counts if (not rule or one == rule) and (not column or other == column)),
    }


def _sums(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for name, rows in pairs:
        sums[name] = sums.get(name, 0) + rows
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def pages(rows: list[RejectRow], limit: int, rule: str, column: str, after: int) -> dict[str, Any] | None:
    """Links to the next rows and back to the first; None when all of them are on the page."""
    if len(rows) <= limit and not after:
        return None
    chosen = {name: value for name, value in (("rule", rule), ("column", column)) if value}
    further = chosen | {"after": str(rows[limit - 1].line)} if len(rows) > limit else None
    return {
        "previous_url": f"?{urlencode(chosen)}#rejects" if after else "",
        "next_url": f"?{urlencode(further)}#rejects" if further else "",
    }


def chain(rows: list[BatchRow], here: Any, url_of: Any) -> list[dict[str, Any]]:
    """Sent → set aside → corrected → loaded, one event a file; empty for a file that nothing corrects."""
    if len(rows) < 2:
        return []
    return [
        {
            "at": row.received_at,
            "title": (_("Corrected file") if row.corrects else _("Sent")) + f" · {row.file_name}",
            "text": _became(row),
            "icon": "upload",
            "tone": "good" if row.outcome == "LOADED" else "",
            "url": "" if row.batch_id == here else url_of(row.batch_id),
        }
        for row in rows
    ]


def _became(row: BatchRow) -> str:
    outcome = word(BATCH_OUTCOMES, row.outcome)
    if row.rows_in is None:
        return outcome
    return _("%(outcome)s: %(loaded)s loaded, %(aside)s set aside") % {
        "outcome": outcome,
        "loaded": count(row.rows_loaded),
        "aside": count(row.rows_quarantined),
    }
