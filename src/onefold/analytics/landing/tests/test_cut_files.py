"""faults.md, row 24: a file cut anywhere is refused whole where a trailer can tell, and never gives half a row."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from onefold.analytics.landing.tests.world import CUSTOMERS, START, Gate
from onefold.seam import datasets

ROWS, STEP = 33_000, 4096
HEADER = "no,name,born,idn"
TRAILER = 'control: {trailer: {pattern: "^END,(?P<rows>[0-9]+),,$"}}\n'


def content(rows: int) -> bytes:
    lines = [f"C{number:06d},客户{number:06d},1980-02-{number % 28 + 1:02d}," for number in range(rows)]
    return ("\n".join([HEADER, *lines]) + "\n").encode()


def test_a_megabyte_cut_at_every_four_kilobytes_is_refused_whole_and_what_was_there_stays(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS + TRAILER)
    gate.send("customers", HEADER, "C000001,before,1980-01-01,", "END,1,,")
    whole = content(ROWS) + f"END,{ROWS},,\n".encode()
    assert len(whole) > 2**20
    for number, size in enumerate(range(STEP, len(whole), STEP)):
        gate.send("customers", "x", at=START + timedelta(minutes=number + 1))
        gate.replace(-1, whole[:size])
    landing = gate.land()
    outcomes = {(row["reason"], row["rows_loaded"]) for row in landing.rows(datasets.ARRIVALS)[1:]}
    assert outcomes <= {("TRAILER_MISSING", 0), ("TRAILER_ROWS", 0), ("WRONG_ENCODING", 0)}
    assert [row["name"] for row in landing.rows(datasets.SOURCE_IDENTITIES)] == ["before"]


@pytest.mark.parametrize("cut", [1, 2, 7, 20, 27])
def test_without_a_trailer_a_cut_never_gives_half_a_row(tmp_path: Path, cut: int) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS.replace("name: {type: text}", "name: {type: text, required: true}"))
    batch = gate.send("customers", "x")
    gate.replace(-1, content(100)[:-cut])
    landing = gate.land()
    outcome, rows, loaded, quarantined, _ = landing.equation(batch)
    assert (outcome, loaded) == ("WRONG_ENCODING", 0) or (rows, loaded + quarantined) == (100, 100)
    names = {row["name"] for row in landing.rows(datasets.SOURCE_IDENTITIES)}
    assert names <= {f"客户{number:06d}" for number in range(100)}
