"""How far drafts agree with feeds written by hand: target, column types, and which column fills which field."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from onefold import policy
from onefold.analytics.assistant.drafts import Draft
from onefold.analytics.assistant.proposing import drafts_of, known_of
from onefold.policy.feeds import FeedSpec

DATA = Path(__file__).parents[5] / "examples" / "harbour" / "data"
ON = date(2026, 6, 30)


@dataclass
class Agreement:
    """Counts of what agrees and of what there is; `apart` names each difference."""

    right: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    apart: list[str] = field(default_factory=list)

    def count(self, what: str, same: bool, text: str) -> None:
        self.all[what] += 1
        self.right[what] += same
        if not same:
            self.apart.append(f"{what}: {text}")

    def share(self, what: str) -> float:
        return self.right[what] / self.all[what]


def agreement(tmp: Path, *, nameless: bool = False) -> Agreement:
    """Draft all files of Harbour Group, company by company; `nameless`: under names that tell nothing."""
    rulebook = policy.load()
    known = known_of(rulebook.catalogue(ON))
    found = Agreement()
    files = sorted(DATA.glob("*.csv"))
    for company in sorted({path.name.split("_")[0] for path in files}):
        own = [path for path in files if path.name.startswith(f"{company}_")]
        sent = [_copied(path, tmp / f"{company}{number}.csv") for number, path in enumerate(own)] if nameless else own
        drafts = drafts_of(sent, company.upper(), known, ON, currency="CNY")
        for path, draft in zip(own, drafts, strict=True):
            compare(draft, rulebook.feeds[path.stem], found)
    return found


def _copied(path: Path, place: Path) -> Path:
    shutil.copy(path, place)
    return place


def compare(draft: Draft, feed: FeedSpec, found: Agreement) -> None:
    found.count("target", draft.target == feed.target, f"{feed.name}: {draft.target}, by hand {feed.target}")
    found.count("dialect", draft.sample.dialect == feed.csv, f"{feed.name}: {draft.sample.dialect}, by hand {feed.csv}")
    for column in feed.columns:
        drafted = draft.columns.get(column.name)
        ours = (drafted.type, drafted.options.get("format", "")) if drafted else ("ignored", "")
        found.count("type", ours == (column.type, column.format), f"{feed.name}.{column.name}: {ours}, {column.type}")
    derived = {step.name: step.inputs[0] for step in feed.derivations if step.inputs}
    for source in feed.map:
        by_hand = derived.get(source.column, source.column) or "constant"
        mine = draft.map.get(source.field)
        ours_ = (draft.column_of(source.field) or "constant") if mine else "nothing"
        found.count("map", ours_ == by_hand, f"{feed.name}.{source.field}: {ours_}, by hand {by_hand}")
        if source.codes and mine and mine.codes and mine.column == source.column:
            for code, value in source.codes.items():
                if code in mine.codes:
                    said = mine.codes[code]
                    found.count("code", said == value, f"{feed.name}.{source.field} {code}: {said}, by hand {value}")
