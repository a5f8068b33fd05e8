"""The decisions of a finished release, made once more from its own lake: the same bytes, or the release is not what it says."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from onefold.analytics.decide.decisions import decide
from onefold.analytics.engines import duckdb
from onefold.analytics.manifest import code_version, day_and_knowledge, read_manifest
from onefold.analytics.pieces import write_pieces
from onefold.policy import Rulebook
from onefold.seam import datasets as d


@dataclass(frozen=True)
class Again:
    """`same`: to the byte. `by_other_code`, `by_other_rules`: it was made by another version than the one at work now."""

    rows: int
    same: bool
    by_other_code: bool
    by_other_rules: bool


def decide_again(release: Path, rulebook: Rulebook) -> Again:
    """Decide for every customer of the release in this folder of the lake once more; compare with what its manifest promises."""
    manifest = read_manifest(release)
    as_of, known_at = day_and_knowledge(release)
    promised = next(one["sha256"] for one in manifest.datasets if one["name"] == d.DECISIONS.name)
    with tempfile.TemporaryDirectory() as place, duckdb.open_lake(release) as lake:
        made = write_pieces(Path(place), d.DECISIONS, decide(lake, rulebook, as_of, known_at))
    return Again(
        rows=made.rows,
        same=made.sha256 == promised,
        by_other_code=manifest.code_version != code_version(),
        by_other_rules=manifest.rulebook_version != rulebook.version,
    )
