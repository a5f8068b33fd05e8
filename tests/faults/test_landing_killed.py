"""faults.md, row 20: the landing killed at any moment, then started again, ends where one clean run ends.

`ONEFOLD_NIGHTLY=1` kills a hundred times and over a million rows; else a few times, over a few thousand.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from onefold.seam import vault

NIGHTLY = os.environ.get("ONEFOLD_NIGHTLY") == "1"
KILLS, FILES, ROWS = (100, 100, 10_000) if NIGHTLY else (4, 12, 400)
FEED = """
feed: {name}
company: {company}
target: source_records
title: {{en: {name}, zh-Hans: {name}}}
file: "{company}_*.csv"
mode: increment
columns: {{no: {{type: text, required: true}}, name: {{type: text}}, born: {{type: date, format: "%Y-%m-%d"}}}}
map: {{source_key: no, kind: {{constant: PERSON}}, name: name, born_on: born}}
"""


def world(folder: Path) -> Path:
    (folder / "feeds").mkdir(parents=True)
    (folder / "files").mkdir()
    for company in ("HLIFE", "HPC"):
        name = f"{company.lower()}_customers"
        (folder / "feeds" / f"{name}.yaml").write_text(FEED.format(name=name, company=company))
    for number in range(FILES):
        company = ("HLIFE", "HPC")[number % 2]
        rows = (f"C{row % (ROWS * 3)},N{number},1980-02-{row % 31 + 1:02d}" for row in range(number, number + ROWS))
        (folder / "files" / f"{company}_{number:04d}.csv").write_text("no,name,born\n" + "\n".join(rows) + "\n")
    return folder


def start(folder: Path) -> subprocess.Popen[bytes]:
    (folder / "done").unlink(missing_ok=True)
    return subprocess.Popen([sys.executable, "-m", "tests.faults.landing_process", str(folder)])


def finished(folder: Path) -> dict[str, float]:
    """Entries that count, and when they were written."""
    kept = folder / "vault" / vault.KEPT_FOLDER
    return {path.name: path.stat().st_mtime for path in kept.glob("*.json")} if kept.exists() else {}


def test_a_landing_killed_at_any_moment_ends_where_a_clean_one_ends(tmp_path: Path) -> None:
    clean, killed = world(tmp_path / "clean"), world(tmp_path / "killed")
    began = time.monotonic()
    assert start(clean).wait() == 0
    seconds, seed = time.monotonic() - began, int(os.environ.get("ONEFOLD_SEED", "20"))
    chance, kills = random.Random(seed), 0
    while kills < KILLS:
        process = start(killed)
        time.sleep(chance.uniform(0.2, 1.0) * seconds)
        process.kill()
        kills += process.wait() != 0
        if not process.returncode and not NIGHTLY:
            break
    before = finished(killed)
    assert start(killed).wait() == 0
    after = finished(killed)
    again = sum(after.get(name) != at for name, at in before.items())
    assert again <= len(before) // 10, f"{again} of {len(before)} finished files were read again (seed {seed})"
    assert (killed / "done").read_text() == (clean / "done").read_text(), f"seed {seed}"
