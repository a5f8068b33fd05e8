"""`check`: the YAML proved on files, through the very steps of a run (catalogue, landing), in a folder that is gone afterwards."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from onefold import policy
from onefold.analytics.assistant.decisions import OpenDecision, open_decisions
from onefold.analytics.assistant.reporting import Proof, report
from onefold.analytics.assistant.words import say
from onefold.analytics.job import job_of
from onefold.analytics.steps import STEPS, Step, Work
from onefold.policy import Rulebook, RulebookBroken
from onefold.policy.feeds import FeedBroken, FeedSpec, feeds_of_file
from onefold.policy.packs import FEEDS
from onefold.seam import datasets as d
from onefold.seam import store, vault
from onefold.seam.contracts import Dataset

KEY = bytes(32)
"""Pseudonyms of a check mean nothing afterwards, so their key need not be secret."""


@dataclass(frozen=True)
class Sent:
    """One file given for one feed."""

    batch_id: str
    feed: FeedSpec
    path: Path


def prove(
    feeds: Path, files: Sequence[Path], on: date, rulebook: Path | None, *, language: str = "en", hints: bool = False
) -> tuple[list[str], int]:
    """Check the feeds on the files; return what to say, and 0 only if every file is taken within its tolerance, nothing is left
    to decide, and each file belongs to a feed."""
    with _scratch() as scratch:
        composed = _composed(feeds, rulebook, scratch / "rulebook")
        decisions = _left_out(composed)
        lines = _undecided(decisions, language)
        if any(decision.file in _catalogue_files(composed) for decision in decisions):
            return lines, 1
        try:
            book = policy.load(composed)
            specs = book.feeds
        except (RulebookBroken, FeedBroken) as error:
            return [*lines, say(language, "broken", why=error)], 1
        sent, strangers = _matched(files, specs, language)
        proof = _landed(sent, book, composed, scratch, on) if sent else None
        told, all_well = report(proof, language, hints=hints) if proof else ([], True)
        well = all_well and not decisions and not strangers and bool(sent)
        end = say(language, "all_loads" if well else "not_all")
        return [*lines, *strangers, *told, end], 0 if well else 1


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="onefold-check-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _composed(feeds: Path, rulebook: Path | None, place: Path) -> Path:
    """A rulebook's folder: the feeds to check, beside the packs that stand around them or those named."""
    whole = feeds.is_dir() and (feeds / FEEDS).is_dir()
    around = feeds if whole else rulebook or _named_rulebook()
    if around:
        shutil.copytree(around, place, ignore=None if whole else shutil.ignore_patterns(FEEDS))
    if not whole:
        (place / FEEDS).mkdir(parents=True)
        for path in sorted(feeds.glob("*.yaml")) if feeds.is_dir() else [feeds]:
            shutil.copy(path, place / FEEDS)
    return place


def _named_rulebook() -> Path | None:
    named = os.environ.get("ONEFOLD_RULEBOOK")
    return Path(named) if named else None


def _left_out(composed: Path) -> list[OpenDecision]:
    """The open decisions; feeds that hold one, and those that look such a feed up, are taken out of the folder."""
    paths = sorted((composed / FEEDS).glob("*.yaml"))
    found = {path.stem: decisions for path in paths if (decisions := open_decisions(path))}
    texts = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    out = set(found)
    while more := {
        name for name, text in texts.items() if name not in out and any(f"feed: {other}," in text for other in out)
    }:
        out |= more
    for name in out:
        (composed / FEEDS / f"{name}.yaml").unlink()
    others = [
        decision for name in _catalogue_files(composed) for decision in open_decisions(composed / "catalogue" / name)
    ]
    return [*others, *(decision for decisions in found.values() for decision in decisions)]


def _catalogue_files(composed: Path) -> list[str]:
    return sorted(path.name for path in (composed / "catalogue").glob("*.yaml"))


def _undecided(decisions: Sequence[OpenDecision], language: str) -> list[str]:
    if not decisions:
        return []
    lines = [f"  {each.file}:{each.line}  {each.place}: {each.question}" for each in decisions]
    return [say(language, "opened", count=len(decisions)), *lines]


def _matched(files: Sequence[Path], specs: Mapping[str, FeedSpec], language: str) -> tuple[list[Sent], list[str]]:
    sent: list[Sent] = []
    strangers = []
    for path in files:
        names = feeds_of_file(specs.values(), path.name)
        sent += [Sent(f"file{len(sent) + place:04d}", specs[name], path.resolve()) for place, name in enumerate(names)]
        if not names:
            strangers.append(say(language, "no_feed", file=path.name))
    return sent, strangers


def _landed(sent: Sequence[Sent], book: Rulebook, composed: Path, scratch: Path, on: date) -> Proof:
    """Carry out the steps up to landing and read what they left."""
    work = _work(sent, book, composed, scratch, on)
    for step in STEPS[: 1 + next(place for place, step in enumerate(STEPS) if step.name == "landing")]:
        if step.name in ("catalogue", "landing"):
            _carry_out(step, work)
    keys = vault.VaultKeys.for_folder(work.salts, work.vault_key)

    def rows(dataset: Dataset) -> list[dict[str, Any]]:
        table = vault.open_(work.vault, dataset, keys) if dataset.vault else store.read(work.lake, dataset)
        return table.to_pylist()

    arrivals = {row["batch_id"]: row for row in rows(d.ARRIVALS)}
    targets = {"source_records": (d.SOURCE_RECORDS, d.SOURCE_IDENTITIES), "contracts": (d.CONTRACTS,)}
    facts = {target: [rows(dataset) for dataset in those] for target, those in targets.items()}
    files = {each.batch_id: (each.feed, each.path) for each in sent}
    return Proof(files, arrivals, rows(d.REJECTS), facts)


def _carry_out(step: Step, work: Work) -> None:
    step.carry_out(work)


def _work(sent: Sequence[Sent], book: Rulebook, composed: Path, scratch: Path, on: date) -> Work:
    received = datetime.combine(on, time(), UTC)
    batches = [
        {
            "batch_id": each.batch_id,
            "feed": each.feed.name,
            "path": str(each.path),
            "file_name": each.path.name,
            "received_at": (received + timedelta(minutes=number)).isoformat(),
            "sha256": _sha256(each.path),
        }
        for number, each in enumerate(sent)
    ]
    content = {
        "run_id": "check", "var": str(scratch), "as_of": on.isoformat(), "known_on": on.isoformat(),
        "rulebook": str(composed), "exports": str(scratch), "batches": batches,
    }  # fmt: skip
    for part in ("vault", "lake", "vault/runs"):
        (scratch / part).mkdir(mode=0o700, exist_ok=True)
    return Work(
        job=job_of(content),
        known_at=received + timedelta(days=1),
        rulebook=book,
        lake=scratch / "lake",
        vault=scratch / "vault" / "runs",
        previous=None,
        pseudonym_key=KEY,
        vault_key=KEY,
        advance=lambda done, total: None,
        reads=frozenset(),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
