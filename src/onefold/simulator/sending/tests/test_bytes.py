"""The same order gives the same bytes, whoever makes them; and files are written as each company writes."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from onefold.simulator import world
from onefold.simulator.sending import Order, send, writing
from onefold.simulator.sending.files import _sheets, trailer_of, workbook_path, write_workbook
from onefold.simulator.sending.layouts import LAYOUTS
from onefold.simulator.sending.tests.conftest import Sent

PINNED = "a841707c3021d59308a12d03f6d7c74f78fd016fed3bb24fa572b96ad384ee8e"


def digest(folder: Path) -> str:
    """One hash of every file's name and bytes."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{path.relative_to(folder)}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def test_one_process_and_two_write_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six small chunks instead of full ones: more than are under way at once."""
    monkeypatch.setattr(world, "parts_of", lambda customers: [(number, 80) for number in range(6)])
    for processes in (1, 2):
        send(Order(1, 480, days=1), tmp_path / f"out{processes}", tmp_path / f"truth{processes}", processes=processes)
    assert digest(tmp_path / "out1") == digest(tmp_path / "out2")
    for name in ("files.parquet", "defects.parquet"):
        assert (tmp_path / "truth1" / name).read_bytes() == (tmp_path / "truth2" / name).read_bytes()


def test_seed_1_with_500_customers_is_what_it_was(tmp_path: Path) -> None:
    """On any machine. Whoever changes the world or a company's hand on purpose pins the new hash and says so. (Workbooks and Parquet
    are left out: how they are packed is a matter of the library's version.)"""
    send(Order(1, 500), tmp_path / "out", tmp_path / "truth")
    whole = hashlib.sha256()
    for path in sorted(path for path in (tmp_path / "out").rglob("*") if path.suffix in {".csv", ".jsonl", ".gz"}):
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        whole.update(f"{path.relative_to(tmp_path)}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    assert whole.hexdigest() == PINNED


def test_another_seed_gives_another_group(tmp_path: Path) -> None:
    for seed in (1, 2):
        send(Order(seed, 50, days=1), tmp_path / f"out{seed}", tmp_path / f"truth{seed}")
    assert digest(tmp_path / "out1") != digest(tmp_path / "out2")


def test_each_company_writes_in_its_own_hand(sent: Sent) -> None:
    first = sent.out / "2026-05-31"
    head = {
        name: (first / f"{name}_customers_20260531.csv").read_bytes() for name in ("hlife", "hpc", "hhealth", "hbank")
    }
    assert head["hlife"].startswith(b"customer_no,name,sex")
    assert head["hpc"].startswith("客户号,客户类型,姓名".encode("gb18030"))
    assert head["hhealth"].startswith(b"\xef\xbb\xbfmember_id,")
    assert head["hbank"].startswith(b"CUST_NO;CUST_TYPE;CUST_NAME") and b"\r\n" in head["hbank"]
    assert gzip.decompress((first / "hbank_contracts_20260531.csv.gz").read_bytes()).startswith(b"ACCT_NO;")
    assert (first / "htrust_customers_20260531.xlsx").read_bytes().startswith(b"PK")
    assert (first / "hfund_past_contacts_20260531.parquet").read_bytes().startswith(b"PAR1")
    assert (first / "hhealth_claims_20260531.jsonl").read_bytes().startswith(b'{"claim_id": "')
    lines = (first / "hpc_contracts_20260531.csv").read_bytes().decode("gb18030").splitlines()
    assert lines[-1].startswith(f"合计,{len(lines) - 2},")


def test_amounts_and_days_as_texts() -> None:
    amounts = pl.DataFrame({"a": [5, 123_456, 100_000_000, 123_456_789_012, None, 0]})
    grouped = amounts.select(writing._amounts(pl.col("a"), grouped=True).alias("text"))["text"].to_list()
    assert grouped == ["0.05", "1,234.56", "1,000,000.00", "1,234,567,890.12", None, "0.00"]
    plain = amounts.select(writing._amounts(pl.col("a"), grouped=False).alias("text"))["text"].to_list()
    assert plain[:2] == ["0.05", "1234.56"]
    days = pl.DataFrame({"d": [date(2024, 2, 29), None, date(1931, 12, 1)]})
    assert _written(days, "%Y年%m月%d日") == ["2024年02月29日", None, "1931年12月01日"]
    assert _written(days, "%Y-%m-%d", 1) == ["2024-02-28", None, "1931-11-30"]
    assert _written(days, "%Y-%m-%d %H:%M:%S")[0] == "2024-02-29 10:15:00"


def _written(days: pl.DataFrame, format_: str, less: int = 0) -> list[str | None]:
    return days.select(writing._days(pl.col("d"), format_, less).alias("text"))["text"].to_list()


def test_a_total_is_the_sum_of_the_amounts() -> None:
    assert trailer_of(3, 123_405) == "合计,3,1234.05\n"


def test_a_list_too_long_for_a_sheet_goes_on_in_the_next_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onefold.simulator.sending.files.SHEET_ROWS", 10)
    frames = iter(
        [pl.DataFrame({"a": range(7)}), pl.DataFrame({"a": range(7, 25)}), pl.DataFrame({"a": range(25, 26)})]
    )
    sheets = list(_sheets(frames))
    assert [len(sheet) for sheet in sheets] == [10, 10, 6]
    assert pl.concat(sheets)["a"].to_list() == list(range(26))
    assert workbook_path(Path("a/x_20260531.xlsx"), 0).name == "x_20260531.xlsx"
    assert workbook_path(Path("a/x_20260531.xlsx"), 1).name == "x_20260531_2.xlsx"


def test_no_company_keeps_two_columns_of_one_name() -> None:
    for layout in LAYOUTS.values():
        headers = [column.header for column in layout.columns]
        assert len(headers) == len(set(headers)), layout.feed


def test_a_workbook_is_dated_by_the_day_it_speaks_of(tmp_path: Path) -> None:
    layout = LAYOUTS["HTRUST", "contact_blocks"]
    texts = pl.DataFrame({column.header: ["x"] for column in layout.columns})
    write_workbook(tmp_path / "a.xlsx", texts, layout, date(2026, 6, 5))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert book.read("docProps/core.xml").count(b"2026-06-05T00:00:00Z") == 2
