"""A finished release of a small world, as a run leaves it."""

from __future__ import annotations

import json
from pathlib import Path

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.reference.oracle import World
from onefold.analytics.tests.worlds import TODAY, derive, lay
from onefold.seam import checksums


def release_of(world: World, var: Path, release_id: str = "4f0e" * 8) -> Path:
    """Lay a world down as the latest release of the installation `var`; return its folder."""
    folder = lay(world, var / "lake" / "runs" / release_id)
    derive(folder, open_lake)
    said = {"as_of": TODAY.isoformat(), "known_at": "2026-06-30T23:00:00+00:00"}
    part = folder / "manifest.json.part"
    part.write_text(json.dumps(said))
    checksums.placed(part, folder / "manifest.json")
    (folder.parent / "LATEST").write_text(release_id)
    return folder
