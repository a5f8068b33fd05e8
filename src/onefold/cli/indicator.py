"""`onefold indicator NAME --as-of D --known-on K --by segment,region`: any indicator as of any day as known on any day."""

from __future__ import annotations

import argparse
import json
import os
import sys
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from onefold.kernel.spreadsheets import csv_text

WORDS = {
    "en": {"as_of": "as of", "known": "known on", "release": "release", "numerator": "numerator", "value": "value",
           "denominator": "denominator", "row": "row", "column": "column", "nothing": "No figure: nobody to divide by."},
    "zh-Hans": {"as_of": "截至", "known": "知悉时点", "release": "发布", "numerator": "分子", "value": "数值",
                "denominator": "分母", "row": "行", "column": "列", "nothing": "无数值：没有可作分母的客户。"},
}  # fmt: skip
TITLES = {
    "en": {"segment": "segment", "region": "region", "kind": "kind", "sex": "sex"},
    "zh-Hans": {"segment": "客群", "region": "地区", "kind": "类型", "sex": "性别"},
}


def indicator(words: list[str]) -> int:
    """Print an indicator as of any day as known on any day; without a name, the indicators there are."""
    asked = _parser().parse_args(words)
    if asked.name is None:
        return _list()
    import onefold

    try:
        with onefold.open(asked.release, engine=asked.engine, var=asked.var) as release:
            table = release.indicator(asked.name, as_of=asked.as_of, known_on=asked.known_on, by=asked.by)
            rows = release.arrow(table).to_pylist()
            said = {"as_of": asked.as_of or release.as_of, "known": asked.known_on or release.known_at}
            said["release"] = release.release_id[:8]
    except (LookupError, ValueError) as error:
        print(f"onefold: {error.args[0]}", file=sys.stderr)
        return 2
    rows.sort(key=lambda row: [str(row[name]) for name in (*asked.by, "row", "column")])
    _show(rows, asked, said)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="onefold indicator", description=indicator.__doc__)
    parser.add_argument("name", nargs="?", help="its name; without one, all are listed")
    parser.add_argument("--as-of", type=_day, help="day it speaks of, 2025-12-31 (the release's own)")
    parser.add_argument(
        "--known-on", type=_moment, help="day, or instant 2026-05-04T12:00, of knowledge, UTC (all there is)"
    )
    parser.add_argument("--by", type=_names, default=(), help="segment, region, kind, sex: several with commas between")
    parser.add_argument("--release", default="latest", help="the beginning of its id")
    parser.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"))
    parser.add_argument("--var", type=Path, help="folder of the installation (ONEFOLD_VAR, else var)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true")
    form.add_argument("--json", action="store_true")
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write 2025-12-31") from None


def _moment(text: str) -> date:
    """A day as such, an instant in UTC unless it says otherwise."""
    try:
        if len(text) == len("2025-12-31"):
            return date.fromisoformat(text)
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no day and no instant; write 2026-05-04 or 2026-05-04T12:00"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def language() -> str:
    """ONEFOLD_LANGUAGE, else the terminal's."""
    chosen = os.environ.get("ONEFOLD_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh-Hans" if chosen.lower().startswith("zh") else "en"


def _list() -> int:
    from onefold.analytics.indicators.registry import registered

    for definition in registered():
        print(f"  {definition.name:<28} {definition.title[language()]}")
        print(f"  {'':<28} {definition.formula[language()]}")
    return 0


def _show(rows: list[dict[str, Any]], asked: argparse.Namespace, said: dict[str, Any]) -> None:
    plain = ("as_of", *asked.by, "row", "column", "numerator", "denominator")
    if asked.json:
        text = {name: str(value) for name, value in said.items()}
        print(
            json.dumps(text | {"figures": [{name: row[name] for name in plain} for row in rows]}, default=str, indent=1)
        )
    elif asked.csv:
        print(csv_text([plain, *([row[name] for name in plain] for row in rows)], line_end="\n"), end="")
    else:
        _print_table(rows, asked, said)


def _print_table(rows: list[dict[str, Any]], asked: argparse.Namespace, said: dict[str, Any]) -> None:
    from onefold.analytics.door import definition_of

    here, definition, spoken = WORDS[language()], definition_of(asked.name), language()
    stamp = f"{here['as_of']} {local(said['as_of'], spoken)} · {here['known']} {local(said['known'], spoken)}"
    print(f"{definition.title[spoken]} · {stamp} · {here['release']} {said['release']}")
    print(f"{definition.formula[spoken]}\n")
    names = [
        *asked.by,
        *(["row"] if definition.rows != "GROUP" else []),
        *(["column"] if definition.columns != "NONE" else []),
    ]
    head = [TITLES[spoken].get(name) or here[name] for name in names]
    head += [here[name] for name in ("numerator", "denominator", "value")]
    body = [[*(str(row[name]) for name in names), *_amounts(row, definition.unit)] for row in rows]
    print("\n".join(laid_out([head, *body], left=len(names))) if rows else here["nothing"])


def _amounts(row: dict[str, Any], unit: str) -> list[str]:
    from onefold.analytics.indicators.compute import quotient

    over, under = row["numerator"], row["denominator"]
    value = {
        "SHARE": lambda: f"{quotient(100 * over, under, 1)}%",
        "CUSTOMERS": lambda: f"{over // under:,}",
    }.get(unit, lambda: f"{quotient(over, under)}")
    return [f"{over:,}", f"{under:,}", value()]


def local(moment: date, spoken: str) -> str:
    """A day or an instant (UTC) as it is written in the language."""
    day = f"{moment.year}年{moment.month}月{moment.day}日" if spoken == "zh-Hans" else f"{moment.day} {moment:%b %Y}"
    return f"{day} {moment:%H:%M} UTC" if isinstance(moment, datetime) else day


def laid_out(rows: Sequence[Sequence[str]], left: int) -> list[str]:
    """Lines of equal columns: the first `left` of them set left, numbers right; a Chinese character is two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell)) if number < left else " " * (width - _width(cell)) + cell
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
