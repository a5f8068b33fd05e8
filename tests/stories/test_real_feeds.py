"""A real bank and a real insurer by YAML alone, through the whole product. Needs the data: ONEFOLD_DATA=FOLDER."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from onefold import embedded
from onefold.decision.gates import Gate

HOME = Path(__file__).parents[2]
DATA = os.environ.get("ONEFOLD_DATA")
pytestmark = pytest.mark.skipif(
    not DATA, reason="real feeds not tested: ONEFOLD_DATA names no folder with the data sets"
)


def published(var: Path, *words: str) -> Path:
    """Run the demonstration over the real feeds; return the lake of its release."""
    data = Path(str(DATA))
    command = [sys.executable, "-m", "onefold", "demo", "--feeds", "examples/real-feeds", *words]
    command += ["--data", str(data / "berka_pkdd99"), str(data / "zimnat_recommendation")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ONEFOLD_", "DJANGO_"))}
    environment |= {"ONEFOLD_VAR": str(var), "ONEFOLD_SERVE": "0"}
    try:
        subprocess.run(command, cwd=HOME, env=environment, check=True, capture_output=True, timeout=500)
    finally:
        embedded.stop(var)
    return var / "lake" / "runs" / (var / "lake" / "runs" / "LATEST").read_text().strip()


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Path:
    return published(tmp_path_factory.mktemp("real") / "var")


def rows(lake: Path, name: str) -> Any:
    return pq.read_table(lake / f"{name}.parquet")


def figure(lake: Path, indicator: str, row: str = "ALL") -> tuple[int, int]:
    found = [r for r in rows(lake, "indicator_values").to_pylist() if (r["indicator"], r["row"]) == (indicator, row)]
    return (found[0]["numerator"], found[0]["denominator"]) if found else (0, 0)


def test_the_two_companies_share_nobody(lake):
    companies = rows(lake, "source_records").select(["source_id", "company"])
    members = rows(lake, "memberships").join(companies, "source_id")
    shared = members.group_by("customer_id").aggregate([("company", "count_distinct")])
    assert pc.max(shared["company_count_distinct"]).as_py() == 1
    assert figure(lake, "multi_company_share")[0] == 0
    assert members.num_rows == 29_132 + 5_369


def test_penetration_equals_a_direct_count_of_the_flags(lake):
    with gzip.open(Path(str(DATA)) / "zimnat_recommendation" / "Train.csv.gz", "rt") as file:
        table = list(csv.DictReader(file))
    held = Counter(code for row in table if row["join_date"] for code in list(row)[8:] if row[code] == "1")
    for code, count in held.items():
        assert figure(lake, "series_penetration", f"ZIMNAT.{code}")[0] == count, code
    assert figure(lake, "product_penetration", "ZIMNAT")[0] == sum(held.values())


def test_with_the_assumptions_there_are_leads_and_every_one_of_them_passes(lake):
    offers = rows(lake, "offers")
    assert offers.num_rows > 100
    assert pc.count_distinct(offers["seller"]).as_py() > 1


def test_without_the_assumptions_there_is_no_lead_and_the_gates_are_named(tmp_path):
    bare = published(tmp_path / "var", "--without-assumptions")
    assert rows(bare, "offers").num_rows == 0
    masks = {mask for row in rows(bare, "decisions")["blocked"].to_pylist() for mask in row}
    assert all(mask & Gate.NO_CONSENT.bit and mask & Gate.NO_SELLER.bit for mask in masks)
