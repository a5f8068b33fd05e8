"""The decisions that are still open in drafted YAML: every place where TODO stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from onefold.analytics.assistant.codes import TODO


@dataclass(frozen=True, slots=True)
class OpenDecision:
    """`line` from 1; `place`: the key on that line; `question`: what the remark asks, if it does."""

    file: str
    line: int
    place: str
    question: str


def open_decisions(path: Path) -> list[OpenDecision]:
    """Lines whose value or remark holds the word TODO. A remark above a line belongs to that line."""
    found: list[OpenDecision] = []
    above = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        value, remark = _parted(line)
        if not value.strip():
            above = f"{above} {remark}".strip() if remark.strip() else ""
            continue
        said = f"{above} {remark}".strip()
        above = ""
        if re.search(rf"\b{TODO}\b", f"{value} {said}"):
            question = said.partition(TODO)[2].lstrip(":： ") or said
            place = value.strip().lstrip("- ").split(":")[0].strip('"')
            found.append(OpenDecision(path.name, number, place, question))
    return found


def _parted(line: str) -> tuple[str, str]:
    """(what YAML reads, the remark)."""
    inside = False
    for place, letter in enumerate(line):
        if letter == '"' and line[place - 1 : place] != "\\":
            inside = not inside
        elif letter == "#" and not inside and (place == 0 or line[place - 1] in " \t"):
            return line[:place], line[place + 1 :]
    return line, ""
