"""One figure over time, with the releases and the changes of meaning marked; and what made a change, part by part."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onefold.commands.viewer import Viewer
from onefold.domains.indicators.queries import ALL, Standing, histories, history, movement, movement_since_last_release
from onefold.domains.releases.queries import Made, releases_measuring
from onefold.kernel.movements import Movement
from onefold.web.names import Names
from onefold.web.ui.templatetags.figures import day, month, ui_format
from onefold.web.words import Words

PARTS: Words = {
    "DEFINITION": gettext_lazy("Change of definition"),
    "MERGES": gettext_lazy("Merges and splits of customers"),
    "NEW_CUSTOMERS": gettext_lazy("New customers"),
    "LOST_CUSTOMERS": gettext_lazy("Lost customers"),
    "NEW_CONTRACTS": gettext_lazy("New contracts of customers"),
    "LAPSES": gettext_lazy("Lapses of customers who stay"),
    "FEW": gettext_lazy("Several causes, each of a few customers"),
}


def cell_asked(got: Mapping[str, str]) -> tuple[str, str]:
    """The row and column of an address, as two names or, from the page's own list, as one."""
    row, _bar, column = got.get("cell", "").partition("|")
    return (row, column) if row else (got.get("row", ""), got.get("column", ""))


def chosen(rows: list[dict[str, Any]], row: str, column: str) -> tuple[str, str]:
    """The cell asked for; else that of the whole group; else the first that is shown."""
    cells = [(one["row"], one["column"]) for one in rows]
    shown = [cell for cell, one in zip(cells, rows, strict=True) if one["value"] is not None]
    wanted = [cell for cell in ((row, column or ALL), (ALL, ALL)) if cell in cells]
    return next(iter([*wanted, *shown, *cells]), (ALL, ALL))


def members(rows: list[dict[str, Any]], cell: tuple[str, str]) -> list[dict[str, Any]]:
    """The cells one may look at over time, by name."""
    return [
        {
            "row": one["row"],
            "column": one["column"],
            "label": " × ".join(text for text in (one["row_name"], one["column_name"]) if text),
            "chosen": (one["row"], one["column"]) == cell,
        }
        for one in rows
    ]


def with_deltas(viewer: Viewer, tiles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tiles of the whole group with what each changed by within a year; as they are where no history is published."""
    known = histories(viewer, *(tile["name"] for tile in tiles))
    return [tile | _delta(known.get(tile["name"], []), tile) for tile in tiles]


def _delta(standings: list[Standing], tile: dict[str, Any]) -> dict[str, Any]:
    earlier = [standing for standing in standings[:-1] if (standings[-1].as_of - standing.as_of).days >= DAYS_OF_A_YEAR]
    before = earlier[-1].value if earlier else None
    if before is None or tile["value"] is None:
        return {}
    return {
        "delta": signed(tile["value"] - before, tile["as"]),
        "delta_label": _("since %(day)s") % {"day": day(earlier[-1].as_of)},
    }


DAYS_OF_A_YEAR = 365


def trend(viewer: Viewer, head: dict[str, Any], row: str, column: str) -> dict[str, Any]:
    """Draw one cell of an indicator over its history; the caller holds the scope open."""
    standings = history(viewer, head["name"], row, column)
    days = [standing.as_of for standing in standings]
    step_url = f"?{urlencode({'row': row, 'column': column})}&"
    urls = ["", *(f"{step_url}from={before}&to={after}#why" for before, after in itertools.pairwise(days))]
    values = [standing.value for standing in standings]
    chart = {
        "id": "trend",
        "kind": "line",
        "as": head["as"],
        "title": head["title"],
        "summary": change_words(standings, head),
        "categories": [month(day_) for day_ in days],
        "series": [{"name": head["title"], "values": values}],
        "marks": marks(releases_measuring(viewer, head["name"]), days),
        "urls": urls,
        "fitted": True,
    }
    return {
        "chart": chart if len(standings) > 1 and any(value is not None for value in values) else None,
        "withheld": bool(standings) and all(value is None for value in values),
        "table": {
            "head": [_("As of"), head["title"]],
            "rows": [[day(on), value] for on, value in zip(days, values, strict=True)],
        },
        "steps": _steps(standings, urls, head)[::-1],
        "days": days,
    }


def _steps(standings: list[Standing], urls: list[str], head: dict[str, Any]) -> list[dict[str, Any]]:
    """Each day with its value and what it changed by, the newest first once turned."""
    steps: list[dict[str, Any]] = []
    before: float | None = None
    for standing, url in zip(standings, urls, strict=True):
        value = standing.value
        change = None if value is None or before is None else value - before
        steps.append({
            "on": standing.as_of, "value": value, "numerator": standing.numerator, "denominator": standing.denominator,
            "change": "" if change is None else signed(change, head["as"]), "url": url,
        })  # fmt: skip
        before = value
    return steps


def signed(change: float, as_: str) -> str:
    """+0.03; a share's change in percentage points."""
    if as_ == "share":
        return f"{'+' if change > 0 else '−' if change < 0 else '±'}{abs(change) * 100:.2f} " + _("pp")
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return sign + (f"{abs(change):.4f}" if as_ == "ratio" else ui_format(abs(change), as_))


def change_words(standings: list[Standing], head: dict[str, Any]) -> str:
    if len(standings) < 2:
        return ""
    first, last = standings[0].value, standings[-1].value
    if first is None or last is None:
        return ""
    return _("From %(first)s on %(since)s to %(last)s on %(until)s.") % {
        "first": ui_format(first, head["as"]),
        "last": ui_format(last, head["as"]),
        "since": day(standings[0].as_of),
        "until": day(standings[-1].as_of),
    }


def marks(known: list[Made], days: list[date]) -> list[dict[str, Any]]:
    """Where a release was made, and where the definition became another version."""
    found, version = [], None
    for release in known:
        place = next((number for number, on in enumerate(days) if on >= release.as_of), None)
        now = release.version
        if place is not None and days and release.as_of >= days[0]:
            changed = version is not None and now != version
            label = f"v{now}" if changed else release.release_id[:4]
            found.append({"at": place, "label": label, "kind": "definition" if changed else "release"})
        version = now
    return list({(mark["at"], mark["kind"]): mark for mark in found}.values())


def why(
    viewer: Viewer, head: dict[str, Any], row: str, column: str, names: Names, days: list[date], since: str, until: str
) -> dict[str, Any] | None:
    """What made a change, in parts that sum exactly: of the step asked for, else since the release before."""
    by_text = {on.isoformat(): on for on in days}
    if since in by_text and until in by_text:
        found = _drawn(movement(viewer, head["name"], row, column, by_text[since], by_text[until]), head, names)
        title = _("From %(since)s to %(until)s") % {"since": day(by_text[since]), "until": day(by_text[until])}
        return (found or {"chart": None}) | {"title": title}
    found = _drawn(movement_since_last_release(viewer, head["name"], row, column), head, names)
    return found | {"title": _("Since the release before")} if found else None


def _drawn(found: Movement | None, head: dict[str, Any], names: Names) -> dict[str, Any] | None:
    if found is None or not found.before[1] or not found.after[1]:
        return None
    before, after = found.before[0] / found.before[1], found.after[0] / found.after[1]
    parts = [(part_name(part.part, part.channel, names), float(found.effect(part)), part) for part in found.parts]
    parts = [part for part in parts if part[2].numerator or part[2].denominator]
    labels = [_("Before"), *(label for label, _effect, _part in parts), _("After")]
    chart = {
        "id": "decomposition",
        "kind": "waterfall",
        "as": head["as"],
        "title": _("What made the change"),
        "summary": signed(after - before, head["as"]),
        "categories": labels,
        "series": [{"name": head["title"], "values": [before, *(effect for _label, effect, _part in parts), after]}],
    }
    rows = [
        {
            "label": label,
            "effect": signed(effect, head["as"]),
            "numerator": part.numerator,
            "denominator": part.denominator,
        }
        for label, effect, part in parts
    ]
    return {"chart": chart, "rows": rows, "change": signed(after - before, head["as"])}


def part_name(part: str, channel: str, names: Names) -> str:
    words = str(PARTS.get(part, part))
    if part != "NEW_CONTRACTS":
        return words
    return _("New contracts through %(channel)s") % {
        "channel": names.channel(channel) if channel else _("no known channel")
    }
