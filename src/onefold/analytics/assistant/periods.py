"""The end of a period: is it the last day or the first day after, is it only given as a duration?"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from onefold.analytics.assistant.drafts import Draft, FieldDraft
from onefold.analytics.assistant.headers import plain
from onefold.analytics.assistant.words import say

LAST_DAY_SHARE = 0.6
_DURATIONS = ("duration", "term", "months", "period", "term_months", "期限", "期数", "保险期间", "缴费期限")


def complete_periods(draft: Draft, language: str) -> None:
    """Add a day to ends that are last days; propose an end where only a duration stands."""
    begins, ends = draft.map.get("valid_from"), draft.map.get("valid_until")
    if begins and ends:
        _half_open(draft, begins.column, ends, language)
    elif begins and draft.target == "contracts":
        for name, profile in draft.profiles.items():
            if plain(name) in _DURATIONS and profile.type == "whole" and not _mapped(draft, name):
                draft.derive["ends_on"] = {"function": "date_add_months", "from": [begins.column, name]}
                draft.remarks_at["ends_on"] = [say(language, "ends_by_duration", column=name)]
                draft.map["valid_until"] = FieldDraft("valid_until", "ends_on")
                return


def _mapped(draft: Draft, column: str) -> bool:
    return any(source.column == column for source in draft.map.values())


def _half_open(draft: Draft, begins: str, ends: FieldDraft, language: str) -> None:
    forms = draft.profiles[begins].form, draft.profiles[ends.column].form
    if forms[0] is None or forms[1] is None:
        return
    rows = draft.sample.rows.head(20_000)
    first = _days(rows[begins], forms[0].format)
    last = _days(rows[ends.column], forms[1].format)
    both = [(one, other) for one, other in zip(first, last, strict=True) if one and other and other.year < 2200]
    full = sum(1 for one, other in both if _round(one, other))
    short = sum(1 for one, other in both if not _round(one, other) and _round(one, other + timedelta(days=1)))
    if short > full and short >= LAST_DAY_SHARE * len(both):
        draft.derive["ended_on"] = {"function": "date_add_days", "from": [ends.column], "days": 1}
        draft.remarks_at["ended_on"] = [say(language, "last_day", rows=short, all=len(both))]
        ends.column = "ended_on"


def _round(one: date, other: date) -> bool:
    """From the same day of a month to the same day of another."""
    return one.day == other.day and other > one


def _days(texts: pl.Series, form: str) -> list[date | None]:
    day = form.replace("T%H", " %H").split(" ")[0]
    width = len(day.replace("%Y", "2000").replace("%m", "01").replace("%d", "01").replace("%y", "00"))
    return texts.str.strip_chars().str.slice(0, width).str.to_date(day, strict=False).to_list()
