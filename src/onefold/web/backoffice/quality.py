"""The quality of what companies send, as plain values: worst first, with where it is going and where to look."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from onefold.domains import rulebook
from onefold.domains.intake.quality import ColumnQuality, CompanySum, Cost, Measure
from onefold.domains.intake.queries import FeedAge
from onefold.web.backoffice.receipts import company_of, days_old, expected_every, title_of
from onefold.web.cells import cell, stacked
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import instant
from onefold.web.words import Words, word

DEFECTS: Words = {
    "NO_STRONG_KEY": pgettext_lazy("defect", "No id number and no name with birth date and phone"),
    "NO_ID_NUMBER": pgettext_lazy("defect", "No id number"),
    "NO_PHONE": pgettext_lazy("defect", "No phone number"),
    "NO_BIRTH_DATE": pgettext_lazy("defect", "No date of birth"),
    "NO_REGION": pgettext_lazy("defect", "No region"),
    "NO_NAME": pgettext_lazy("defect", "No name"),
    "DOUBLED_RECORD": pgettext_lazy("defect", "The same customer twice"),
    "ROW_QUARANTINED": pgettext_lazy("defect", "Row set aside"),
}
LINE_WIDTH, LINE_HEIGHT, LINE_MARGIN = 96, 22, 3


def columns(rows: Iterable[ColumnQuality], names: Names, may_see_rows: bool) -> list[dict[str, Any]]:
    """Columns of all feeds, the worst first: by the share of cells that are invalid, or empty where they must be filled."""
    shown = [_column(row, names, may_see_rows) for row in rows if row.now.rows]
    return sorted(shown, key=lambda row: (-row["wrong"], row["completeness"] or 0, row["feed"], row["column"]))


def _column(row: ColumnQuality, names: Names, may_see_rows: bool) -> dict[str, Any]:
    spec = rulebook.loaded().feeds.get(row.feed)
    column = spec.column(row.column) if spec else None
    key = spec.source_of(spec.target_spec.key[0]) if spec and spec.target_spec.key else None
    required = bool(column and column.required)
    is_key = bool(spec and key and key.column == row.column and len(spec.target_spec.key) == 1)
    now = row.now
    examples = ""
    if may_see_rows and row.rejected:
        chosen = urlencode({"column": row.column})
        examples = f"{reverse('backoffice:batch', args=[now.batch_id])}?{chosen}#rejects"
    return {
        "feed": title_of(row.feed, names),
        "feed_url": reverse("backoffice:feed", args=[row.feed]),
        "column": row.column,
        "required": required,
        "key": is_key,
        "rows": now.rows,
        "completeness": now.completeness,
        "validity": now.validity,
        "uniqueness": now.uniqueness if is_key else None,
        "wrong": (now.filled - now.valid + (now.rows - now.filled if required else 0)) / now.rows,
        "tone": _tone(now, required),
        "files": len(row.over_time),
        "line": line([measure.validity for measure in row.over_time]),
        "filled_line": line([measure.completeness for measure in row.over_time]),
        "rejected": row.rejected,
        "examples": examples,
    }


def _tone(now: Measure, required: bool) -> str:
    wrong = now.filled - now.valid + (now.rows - now.filled if required else 0)
    if wrong * 20 >= now.rows:
        return "bad"
    return "warn" if wrong else "good"


def line(values: list[float | None]) -> str:
    """The points of a small line from 0 to 1, oldest left, for an SVG of LINE_WIDTH × LINE_HEIGHT; empty below two values."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return ""
    step = (LINE_WIDTH - 2 * LINE_MARGIN) / (len(values) - 1)
    tall = LINE_HEIGHT - 2 * LINE_MARGIN
    return " ".join(
        f"{LINE_MARGIN + place * step:.1f},{LINE_MARGIN + (1 - value) * tall:.1f}" for place, value in known
    )


def ages(rows: Iterable[FeedAge], paused: set[str], names: Names) -> dict[str, Any]:
    """Timeliness: how old the data of each feed are against what was agreed, the latest first."""
    heads = (_("Feed"), _("Age"), _("Last data from"), _("Expected"))
    ordered = sorted(rows, key=lambda row: (not row.is_stale, -(row.age_days or 0), row.feed))
    return stacked(
        {
            "caption": _("Timeliness"),
            "columns": [{"label": head} for head in heads],
            "rows": [{"cells": _age_cells(row, paused, names)} for row in ordered],
            "empty": {"title": _("No feed"), "text": ""},
        }
    )


def _age_cells(row: FeedAge, paused: set[str], names: Names) -> list[dict[str, Any]]:
    said = days_old(row.age_days) if row.age_days is not None else _("nothing loaded yet")
    tone, icon = ("warn", "clock") if row.is_stale else ("good", "check")
    if row.feed in paused:
        said, tone, icon = f"{_('paused')} · {said}", "bad", "pause"
    return [
        cell(row.title.get(names.language, row.feed)),
        cell(said, tone=tone, icon=icon),
        cell(instant(row.data_at) if row.data_at else None),
        cell(expected_every(row.freshness_days)),
    ]


def companies(
    sums: Iterable[CompanySum], every_age: list[FeedAge], paused: set[str], chosen: str, names: Names
) -> dict[str, Any]:
    """Totals of each company for the holding: no row, no column."""
    heads = (_("Company"), _("Cells"), _("Filled"), _("Valid"), _("Feeds late"), _("Feeds paused"))
    return stacked(
        {
            "caption": _("Companies"),
            "columns": [{"label": head, "numeric": place > 0} for place, head in enumerate(heads)],
            "rows": [{"cells": _company_cells(row, every_age, paused, names)} for row in sums],
            "empty": {"title": _("Nothing measured yet"), "text": _("The first run measures what was received.")},
        }
    )


def _company_cells(row: CompanySum, every_age: list[FeedAge], paused: set[str], names: Names) -> list[dict[str, Any]]:
    own = [age for age in every_age if age.company == row.company]
    return [
        cell(company_of(row.company, names), url=f"?company={row.company}"),
        cell(value=row.cells, as_="count"),
        cell(value=row.filled / row.cells if row.cells else None, as_="share"),
        cell(value=row.valid / row.filled if row.filled else None, as_="share"),
        cell(value=sum(age.is_stale for age in own), as_="count"),
        cell(value=sum(age.feed in paused for age in own), as_="count"),
    ]


COSTS_SHOWN = 10


def costs(rows: list[Cost], names: Names, with_company: bool) -> list[dict[str, Any]]:
    """What each defect costs downstream, dearest first: a table of the dearest, and one of the others if there are many."""
    cut = COSTS_SHOWN if len(rows) > COSTS_SHOWN + 4 else len(rows)
    return [_cost_table(part, names, with_company) for part in (rows[:cut], rows[cut:]) if part] or [
        _cost_table([], names, with_company)
    ]


def _cost_table(rows: list[Cost], names: Names, with_company: bool) -> dict[str, Any]:
    heads = [_("Defect"), _("Records"), _("Customers"), _("Not linked"), _("Offers undecided")]
    if with_company:
        heads.insert(1, _("Company"))
    first = 2 if with_company else 1
    return stacked(
        {
            "caption": _("What defects cost"),
            "columns": [{"label": head, "numeric": place >= first} for place, head in enumerate(heads)],
            "rows": [{"cells": _cost_cells(row, names, with_company)} for row in rows],
            "empty": {
                "title": _("No defect costs anything"),
                "text": _("Or no release has measured it yet: the next run does."),
            },
        }
    )


def _cost_cells(row: Cost, names: Names, with_company: bool) -> list[dict[str, Any]]:
    figures = (row.records, row.customers, row.unlinked, row.undecidable)
    few = cell(_("under 11"), numeric=True)
    company = [cell(company_of(row.company, names))] if with_company else []
    return [
        cell(word(DEFECTS, row.defect)),
        *company,
        *(cell(value=value, as_="count") if value is not None else few for value in figures),
    ]
