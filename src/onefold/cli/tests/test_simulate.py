"""`onefold simulate` from the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from onefold.cli.simulate import simulate


def test_it_writes_a_group_and_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "group"
    assert simulate(["--customers", "30", "--seed", "3", "--out", str(out), "--days", "1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("30 customers, ")
    assert "customers/s" in said and str(tmp_path / "group.truth") in said
    assert (out / "2026-05-31" / "hlife_customers_20260531.csv").exists()
    assert (tmp_path / "group.truth" / "contracts.parquet").is_dir()


def test_it_touches_no_folder_that_holds_something(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("keep")
    assert simulate(["--customers", "30", "--seed", "3", "--out", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("customers", ["0", "-5", "many", "1e3"])
def test_it_wants_a_number_of_customers(customers: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        simulate(["--customers", customers, "--seed", "1", "--out", str(tmp_path / "x")])
    assert not (tmp_path / "x").exists()
