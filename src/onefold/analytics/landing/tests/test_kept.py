"""What was read is not read again, the result is that of a full replay, and who is forgotten is forgotten there too."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.landing import arrival, land
from onefold.analytics.landing.facts import Pseudonyms
from onefold.analytics.landing.tests.test_increments import CHANGES, CUSTOMER_ROWS, HEAD
from onefold.analytics.landing.tests.test_steps import ACCOUNTS, LINKS
from onefold.analytics.landing.tests.world import CATALOGUE, CUSTOMERS, KEY, START, VAULT_KEY, Gate, Landing
from onefold.kernel.ids import pseudonym
from onefold.seam import checksums, datasets, vault


def run(gate: Gate, until: int | None = None, code: str = "1", kept: bool = True) -> Landing:
    """A run that keeps what it reads, or reads everything anew (into the same vault of salts)."""
    gate.runs += 1
    lake, sealed = gate.folder / f"lake{gate.runs}", gate.folder / f"vault{gate.runs}"
    landed = land(
        gate.batches[:until], gate.feeds, CATALOGUE, KEY, START + timedelta(days=99), lake, sealed, VAULT_KEY,
        salts_in=gate.folder / "vault", kept=gate.folder / "vault" / vault.KEPT_FOLDER if kept else None, code=code,
    )  # fmt: skip
    return Landing(landed, lake, sealed)


def entries(gate: Gate) -> set[str]:
    return {path.name.split(".")[0] for path in (gate.folder / "vault" / vault.KEPT_FOLDER).iterdir()}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    gate = Gate(tmp_path).declare(CUSTOMERS, CHANGES.split("sequence:")[0])
    gate.send("customers", *CUSTOMER_ROWS)
    gate.send("contracts", HEAD, ",P1,C1,T,2020-01-01,1", ",P2,C2,T,2020-02-30,1")
    return gate


def test_a_file_that_was_read_once_is_not_opened_again(gate: Gate) -> None:
    before = run(gate)
    for batch in gate.batches:
        batch.path.write_bytes(b"nobody looks here")
    assert run(gate).hashes == before.hashes
    with pytest.raises(checksums.KeptFileAltered):
        run(gate, code="2")  # another program reads again
    gate.batches[0].path.unlink()
    with pytest.raises(checksums.KeptFileMissing):
        run(gate)


def test_an_entry_that_is_broken_or_lost_is_read_again(gate: Gate) -> None:
    before = run(gate)
    folder = gate.folder / "vault" / vault.KEPT_FOLDER
    for path in folder.glob("*.facts"):
        path.write_bytes(path.read_bytes()[:-100])
    assert run(gate).hashes == before.hashes
    for path in folder.glob("*.sealed"):
        path.unlink()
    assert run(gate).hashes == before.hashes


def test_an_entry_counts_only_once_all_of_it_is_there(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever dies after any number of its files leaves no entry, or the whole one."""
    before, real, died = run(gate).hashes, os.replace, True
    shutil.rmtree(gate.folder / "vault" / vault.KEPT_FOLDER)
    left = 0
    while died:
        left, died = left + 1, False
        renames = iter(range(left))

        def dying(source: str, target: str, renames: Iterator[int] = renames) -> None:
            if vault.KEPT_FOLDER in str(target) and next(renames, None) is None:
                raise KeyboardInterrupt
            real(source, target)

        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", dying)
            try:
                run(gate)
            except KeyboardInterrupt:
                died = True
        assert run(gate).hashes == before, f"died after {left} of its files"
        shutil.rmtree(gate.folder / "vault" / vault.KEPT_FOLDER)
    assert left > 4


def test_what_no_batch_needs_any_more_goes(gate: Gate) -> None:
    run(gate)
    all_ = entries(gate)
    run(gate, until=1)
    assert len(entries(gate)) == 1 < len(all_)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["customers", "contracts"]),
            st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=4),
        ),
        min_size=1,
        max_size=5,
    ),
    st.data(),
)  # fmt: skip
def test_run_by_run_gives_what_reading_all_at_once_gives(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, list[tuple[int, int]]]], data: st.DataObject
) -> None:
    gate = Gate(tmp_path_factory.mktemp("runs")).declare(CUSTOMERS, CHANGES.split("sequence:")[0])
    for feed, rows in files:
        if feed == "customers":
            gate.send("customers", "no,name,born,idn", *(f"C{key},N{value},1980-0{value}-01," for key, value in rows))
        else:
            gate.send(
                "contracts", HEAD, *(f"{'D' * (value == 4)},P{key},C{value},T,2020-01-01,1" for key, value in rows)
            )
        if data.draw(st.booleans(), label="a run"):
            run(gate)
    assert run(gate).hashes == run(gate, kept=False).hashes


def test_lookups_are_kept_and_another_answer_is_another_entry(tmp_path: Path) -> None:
    gate = Gate(tmp_path).declare(CUSTOMERS, LINKS, ACCOUNTS)
    gate.send("customers", *CUSTOMER_ROWS)
    gate.send("links", "account,cust,role", "A1,C1,OWNER")
    gate.send("accounts", "account,begins,kind", "A1,2020-01-01,T")
    first = run(gate)
    assert run(gate).hashes == first.hashes == run(gate, kept=False).hashes
    (before,) = first.rows(datasets.CONTRACTS)
    gate.send("links", "account,cust,role", "A1,C2,OWNER")
    after = run(gate)
    assert after.hashes == run(gate, kept=False).hashes
    assert [row["source_id"] for row in after.rows(datasets.CONTRACTS)] != [before["source_id"]]


def test_no_identifying_value_is_kept_in_clear_and_only_the_owner_may_look(gate: Gate) -> None:
    run(gate)
    folder = gate.folder / "vault" / vault.KEPT_FOLDER
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    for canary in ("王小明".encode(), b"1980-05-20", b"C1", b"P1", b"2020-02-30"):
        assert canary not in everything
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_who_is_forgotten_is_gone_from_what_is_kept(gate: Gate) -> None:
    run(gate)
    person = pseudonym(KEY, "source", "HLIFE", "C1")
    assert vault.forget(gate.folder / "vault", [person]) == 1
    assert not list((gate.folder / "vault" / vault.KEPT_FOLDER).glob(f"*.{vault.LOCKED}"))
    gate.send("customers", CUSTOMER_ROWS[0], "C1,王大明,1980-05-20,", "C2,李雷,1990-01-31,")
    landing, anew = run(gate), run(gate, kept=False)
    keys = vault.VaultKeys.for_folder(gate.folder / "vault", VAULT_KEY)
    names = vault.open_(landing.vault, datasets.SOURCE_IDENTITIES, keys)["name"].to_pylist()
    assert names == ["李雷"]
    assert landing.hashes == anew.hashes


def test_two_processes_give_what_one_gives(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.batches.append(replace(gate.batches[0], batch_id="b09", feed="nobody"))
    alone = run(gate)
    monkeypatch.setattr("onefold.analytics.landing.readers._ALONE", 0)
    assert run(gate, code="2").hashes == alone.hashes


def test_pseudonyms_of_columns_are_those_of_the_kernel() -> None:
    import polars as pl

    texts = ["C1", "", "客户一号", "x" * 200]
    found = Pseudonyms(KEY).of(("source", "HLIFE"), [pl.Series(texts)]).to_list()
    assert found == [pseudonym(KEY, "source", "HLIFE", text) for text in texts]


def test_a_large_file_read_in_pieces_gives_what_it_gives_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        'C1,"Wang\nWei",1980-01-01,',
        "C2,Li,1980-13-01,",
        "C3,Li,1980-01-02,,too many",
        "",
        'C4,"Li",1980-01-02,wrong',
    ]
    gate = Gate(tmp_path).declare(CUSTOMERS)
    gate.send("customers", "no,name,born,idn", *rows, *rows[4:], *(f"D{n},Li,1970-01-0{n},x" for n in range(1, 9)))
    whole = run(gate, kept=False)
    monkeypatch.setattr(arrival, "PIECE_BYTES", 40)
    pieces = run(gate, kept=False)
    assert pieces.hashes == whole.hashes
    keys = vault.VaultKeys.for_folder(gate.folder / "vault", VAULT_KEY)
    for dataset, count in ((datasets.REJECTS, 2), (datasets.SOURCE_IDENTITIES, 10)):
        assert vault.open_(pieces.vault, dataset, keys).equals(vault.open_(whole.vault, dataset, keys))
        assert vault.open_(pieces.vault, dataset, keys).num_rows == count
