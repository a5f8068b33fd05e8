"""What a check found, in words: file by file, group by group."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onefold.analytics.assistant.hints import hint_for_file, hints_for
from onefold.analytics.assistant.words import say
from onefold.policy.feed_sentences import REFUSAL_SENTENCES, REJECT_SENTENCES
from onefold.policy.feeds import FeedSpec

Row = dict[str, Any]
LINES_SHOWN = 5


@dataclass(frozen=True)
class Proof:
    """`files`: batch to its feed and file; `arrivals`: dataset rows by batch; `rejects`: rows of the vault's dataset; `facts`: by
    target the rows of the datasets that hold its fields."""

    files: Mapping[str, tuple[FeedSpec, Path]]
    arrivals: Mapping[str, Row]
    rejects: Sequence[Row]
    facts: Mapping[str, Sequence[Sequence[Row]]]


def report(proof: Proof, language: str, *, hints: bool) -> tuple[list[str], bool]:
    """(what to say, whether every file is taken)."""
    lines: list[str] = []
    well = True
    given = {(feed.company, feed.target) for feed, _ in proof.files.values()}
    for batch_id, (feed, path) in proof.files.items():
        arrival = proof.arrivals[batch_id]
        lines += ["", f"{path.name} → {feed.name} ({feed.target})"]
        refused = arrival["outcome"] == "REFUSED"
        well = well and not refused
        rejects = [row for row in proof.rejects if row["batch_id"] == batch_id]
        bad = len(rejects)
        lines += _refusal(arrival, bad, feed, path, language, hints) if refused else [_equation(arrival, language)]
        customers = (feed.company, "source_records") in given
        lines += _groups(rejects, feed, path, language, hints=hints, customers=customers)
        if arrival["detail"] and not refused:
            lines.append(f"  {arrival['detail']}")
    lines += ["", *_coverage(proof, language)]
    return lines, well


def _equation(arrival: Row, language: str) -> str:
    return "  " + say(
        language, "equation", rows=arrival["rows_in"], loaded=arrival["rows_loaded"], aside=arrival["rows_quarantined"],
        repeated=arrival["rows_duplicate"],
    )  # fmt: skip


def _refusal(arrival: Row, bad: int, feed: FeedSpec, path: Path, language: str, hints: bool) -> list[str]:
    sentence = REFUSAL_SENTENCES.get(arrival["reason"], {}).get(language, "")
    said = "  " + say(language, "refused", reason=arrival["reason"], sentence=sentence, detail=arrival["detail"] or "")
    told = hint_for_file(arrival, bad, feed, path, language) if hints else ""
    return [said.rstrip(), *([f"    {say(language, 'hint', text=told)}"] if told else [])]


def _groups(
    rejects: Sequence[Row], feed: FeedSpec, path: Path, language: str, *, hints: bool, customers: bool
) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rejects:
        groups[row["rule"], row["column"] or ""].append(row)
    for (rule, column), rows in sorted(groups.items(), key=lambda group: -len(group[1])):
        sentence = REJECT_SENTENCES.get(rule, {}).get(language, "")
        lines = ", ".join(str(row["line"]) for row in rows[:LINES_SHOWN]) + (", …" if len(rows) > LINES_SHOWN else "")
        yield f"  {len(rows):>6} × {rule} {column}: {sentence} ({say(language, 'lines', lines=lines)})"
        if rule == "UNKNOWN_CUSTOMER" and not customers:
            yield f"           {say(language, 'without_customers')}"
        for hint in hints_for(rule, column, rows, feed, path, language) if hints else ():
            yield f"           {say(language, 'hint', text=hint)}"


def _coverage(proof: Proof, language: str) -> Iterator[str]:
    """How much of each field is filled, by company and target."""
    wanted = {(feed.target, feed.company) for feed, _ in proof.files.values()}
    for target, company in sorted(wanted & {(t, c) for t in proof.facts for _, c in wanted}):
        feeds = [feed for feed, _ in proof.files.values() if (feed.target, feed.company) == (target, company)]
        sources = [source.field for feed in feeds for source in feed.map]
        filled: Counter[str] = Counter()
        count = 0
        for rows in proof.facts[target]:
            own = [row for row in rows if row["company"] == company]
            count = max(count, len(own))
            for name in {*sources} & set(own[0] if own else ()):
                filled[name] = max(filled[name], sum(row[name] is not None for row in own))
        if count:
            said = ", ".join(
                f"{name} {filled[name] * 100 // count} %" for name in dict.fromkeys(sources) if name in filled
            )
            yield f"{company} {target} × {count}, {say(language, 'coverage')} {said}"
