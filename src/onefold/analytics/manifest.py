"""What makes a release the release it is, and the manifest that says so. The same input gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import onefold
from onefold.analytics.features.counting import RULE
from onefold.analytics.features.periods import moment
from onefold.analytics.indicators import definitions
from onefold.analytics.job import Job
from onefold.analytics.pieces import rows_in
from onefold.kernel.keys import id_of
from onefold.seam import checksums, datasets, store

MANIFEST = "manifest.json"
CODE = ("analytics", "decision", "matching", "policy", "seam", "kernel")
"""Packages whose source shapes a release."""


@dataclass(frozen=True)
class Manifest:
    """One finished run. Nothing of the moment, host or person is in it; `timings.json` beside it has those of the run."""

    release_id: str
    inputs: str
    as_of: str
    known_at: str
    code_version: str
    rulebook_version: str
    datasets: list[dict[str, Any]]
    """name, rows, sha256; the lake's only: erasing a person changes the vault, and must not make a release invalid"""
    arrivals: list[dict[str, Any]]
    definitions: list[dict[str, Any]]
    counting_rule: dict[str, str]
    pseudonym_key: str = ""
    """id of the key its pseudonyms are made with; empty in a release of before keys had ids"""

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def read_manifest(folder: Path) -> Manifest:
    return Manifest(**_read(folder))


def day_and_knowledge(folder: Path) -> tuple[date, datetime]:
    """Return the day a finished release speaks of and the moment of its knowledge, whatever version wrote it."""
    said = _read(folder)
    return date.fromisoformat(said["as_of"]), datetime.fromisoformat(said["known_at"])


def _read(folder: Path) -> dict[str, Any]:
    path = checksums.expected(checksums.required(folder) / MANIFEST)
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said


def release_id_of(inputs: str) -> str:
    return inputs[:32]


def inputs_of(job: Job, rulebook_version: str, key: bytes) -> str:
    """Hash all that decides what comes out: files and their times, the day, policy, code, the rooms' facts, the pseudonyms' key."""
    content = {
        "as_of": job.as_of.isoformat(),
        "batches": sorted(
            [batch.feed, batch.sha256, batch.received_at.isoformat(), batch.batch_id, batch.file_name]
            for batch in job.batches
        ),
        "code": code_version(),
        "exports": [
            _content_of(job.exports, dataset.name) for dataset in datasets.EXPORTED if dataset not in datasets.ECHOED
        ],
        "key": _sha256(b"onefold release", key),
        "rulebook": rulebook_version,
    }
    return _sha256(json.dumps(content, sort_keys=True).encode())


def knowledge_of(job: Job) -> datetime:
    """Return the moment of knowledge of a release: when its last batch came. So it does not depend on when the run began."""
    return max((batch.received_at for batch in job.batches), default=moment(job.as_of))


def manifest_of(job: Job, inputs: str, rulebook_version: str, folder: Path, key: bytes) -> Manifest:
    """Describe the finished datasets in `folder`."""
    arrivals = store.read(folder, datasets.ARRIVALS).to_pylist()
    return Manifest(
        release_id=release_id_of(inputs),
        inputs=inputs,
        as_of=job.as_of.isoformat(),
        known_at=knowledge_of(job).isoformat(),
        code_version=code_version(),
        rulebook_version=rulebook_version,
        datasets=[_described(folder, name) for name in sorted(datasets.ALL) if not datasets.ALL[name].vault],
        arrivals=arrivals,
        definitions=definitions(),
        counting_rule=RULE,
        pseudonym_key=id_of(key),
    )


@cache
def code_version() -> str:
    """Return the version of the program and a hash of the source that shapes a release, its tests left out."""
    root = Path(onefold.__file__).parent
    sources = sorted(path for package in CODE for path in (root / package).rglob("*.py") if "tests" not in path.parts)
    parts = (part for path in sources for part in (path.relative_to(root).as_posix().encode(), path.read_bytes()))
    return _sha256(*parts)[:16]


def _described(folder: Path, name: str) -> dict[str, Any]:
    dataset = datasets.ALL[name]
    return {"name": name, "rows": rows_in(folder, dataset), "sha256": _content_of(folder, name)}


def _content_of(folder: Path, name: str) -> str:
    path = store.file_of(folder, datasets.ALL[name])
    return checksums.sha256_of(path) if path else ""


def _sha256(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
