"""The vault: sealed record by record, equal bytes for equal input, and what is forgotten is gone."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onefold.kernel.keys import KeyWrong
from onefold.seam import checksums, salts, store, vault
from onefold.seam.datasets import ARRIVALS, REJECTS, SOURCE_IDENTITIES
from onefold.seam.tests.listing import listed_as_it_lies

MASTER = bytes(range(32))
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def identities(*names: str) -> pa.Table:
    rows = [
        {
            "source_id": f"{number:032x}",
            "company": "HLIFE",
            "source_key": f"C-{number}",
            "kind": "PERSON",
            "name": name,
            "born_on": date(1980, 2, 29) if number else None,
            "phone": "13812345678",
            "recorded_at": NOON,
        }
        for number, name in enumerate(names)
    ]
    return pa.Table.from_pylist(rows, schema=SOURCE_IDENTITIES.schema)


def seal(folder: Path, table: pa.Table, master: bytes = MASTER) -> store.Written:
    return vault.seal(folder, SOURCE_IDENTITIES, table, vault.VaultKeys.for_folder(folder, master))


def opened(folder: Path, master: bytes = MASTER) -> list[dict[str, object]]:
    keys = vault.VaultKeys.for_folder(folder, master)
    return vault.open_(folder, SOURCE_IDENTITIES, keys).to_pylist()


def salts_of(folder: Path, *ids: str) -> list[bytes | None]:
    found: list[bytes | None] = salts.salts_of(folder, "source_identities", "HLIFE", pa.array(ids)).to_pylist()
    return found


def test_what_was_sealed_opens_as_it_was(tmp_path: Path) -> None:
    table = identities("王小明", 'Åsa "Q" O\'Neil', "𠮷田")
    assert seal(tmp_path, table).rows == 3
    assert opened(tmp_path) == table.to_pylist()


def test_no_identifying_value_can_be_read_from_the_files(tmp_path: Path) -> None:
    seal(tmp_path, identities("王小明", "王小明"))
    stored = pq.read_table(tmp_path / "source_identities.parquet")
    assert stored.column_names == ["source_id", "company", "recorded_at", "sealed"]
    assert stored["sealed"][0] != stored["sealed"][1]
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*.parquet"))
    for canary in ("王小明".encode(), b"13812345678", b"C-1", b"1980"):
        assert canary not in everything


def test_only_the_owner_may_enter(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    seal(folder, identities("A"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / salts.KEYS_FOLDER).stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o600}


def test_equal_input_gives_equal_bytes_in_any_order_and_run(tmp_path: Path) -> None:
    table = identities("A", "B", "C")
    first = seal(tmp_path, table)
    assert seal(tmp_path, table.take([2, 0, 1])) == first
    assert seal(tmp_path, identities("A", "B", "D")) != first


def test_a_forgotten_person_is_gone_and_does_not_come_back_with_the_next_file(tmp_path: Path) -> None:
    table = identities("A", "B", "C")
    seal(tmp_path, table)
    assert vault.forget(tmp_path, [f"{1:032x}"]) == 1
    assert [row["name"] for row in opened(tmp_path)] == ["A", "C"]
    assert seal(tmp_path, table).rows == 2
    assert [row["name"] for row in opened(tmp_path)] == ["A", "C"]
    assert vault.forget(tmp_path, [f"{1:032x}", "nobody"]) == 0


def test_forgetting_destroys_the_salt_itself(tmp_path: Path) -> None:
    seal(tmp_path, identities("A", "B"))
    (salt,) = salts_of(tmp_path, f"{1:032x}")
    assert salt is not None
    vault.forget(tmp_path, [f"{1:032x}"])
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert salt not in everything
    assert salts_of(tmp_path, f"{1:032x}") == [None]


def test_keys_read_before_others_were_made_do_not_destroy_these(tmp_path: Path) -> None:
    early = vault.VaultKeys.for_folder(tmp_path, MASTER)
    seal(tmp_path, identities("A", "B"))
    vault.seal(tmp_path, SOURCE_IDENTITIES, identities("A"), early)
    assert None not in salts_of(tmp_path, f"{1:032x}")


def test_the_tombstones_of_a_former_vault_still_hold(tmp_path: Path) -> None:
    table = pa.table({"dataset": ["source_identities"], "id": [f"{1:032x}"], "salt": pa.array([None], pa.binary())})
    pq.write_table(table, tmp_path / "keys.parquet")
    listed_as_it_lies(tmp_path)
    assert seal(tmp_path, identities("A", "B")).rows == 1


def test_another_master_key_lost_salts_and_changed_or_swapped_records_are_noticed(tmp_path: Path) -> None:
    seal(tmp_path, identities("A", "B"))
    with pytest.raises(KeyWrong, match="vault"):
        opened(tmp_path, bytes(32))
    path = tmp_path / "source_identities.parquet"
    stored = pq.read_table(path)
    swapped = stored.set_column(3, "sealed", pa.array(list(reversed(stored["sealed"].to_pylist())), pa.binary()))
    pq.write_table(swapped, path)
    with pytest.raises(checksums.KeptFileAltered):
        opened(tmp_path)
    listed_as_it_lies(tmp_path)
    with pytest.raises(vault.VaultBroken, match="changed bytes"):
        opened(tmp_path)
    pq.write_table(stored, path)
    listed_as_it_lies(tmp_path)
    shutil.rmtree(tmp_path / salts.KEYS_FOLDER)
    with pytest.raises(vault.VaultBroken, match="whose salt is lost"):
        opened(tmp_path)


def test_rejected_bytes_survive_exactly(tmp_path: Path) -> None:
    row = {"batch_id": "b", "feed": "f", "line": 7, "column": None, "rule": "NUL_BYTE", "original": bytes(range(256))}
    keys = vault.VaultKeys.for_folder(tmp_path, MASTER)
    vault.seal(tmp_path, REJECTS, pa.Table.from_pylist([row], schema=REJECTS.schema), keys)
    assert vault.open_(tmp_path, REJECTS, keys).to_pylist() == [row]


def test_only_datasets_of_the_vault_are_sealed_and_only_in_their_shape(tmp_path: Path) -> None:
    keys = vault.VaultKeys.for_folder(tmp_path, MASTER)
    with pytest.raises(ValueError, match="no dataset of the vault"):
        vault.seal(tmp_path, ARRIVALS, ARRIVALS.schema.empty_table(), keys)
    with pytest.raises(store.ContractBroken):
        vault.seal(tmp_path, SOURCE_IDENTITIES, identities("A").drop_columns(["kind"]), keys)
    assert vault.open_(tmp_path, SOURCE_IDENTITIES, keys).num_rows == 0


def test_a_copy_of_a_vault_loses_a_salt_by_its_tombstone_only_and_what_was_erased_stays_so(tmp_path: Path) -> None:
    vault_, copy, restored = tmp_path / "vault", tmp_path / "copy", tmp_path / "restored"
    seal(vault_, identities("A", "B", "C"))
    salts.merge(vault_, into=copy)
    shutil.rmtree(vault_ / salts.KEYS_FOLDER)  # lost, and made anew by the next run: the copy still opens what is older
    seal(vault_, identities("A"))
    salts.merge(vault_, into=copy)
    assert None not in salts_of(copy, *(f"{number:032x}" for number in range(3)))
    (erased,) = salts_of(copy, f"{1:032x}")
    shutil.copytree(copy, restored)  # an older state of the vault
    assert vault.forget(copy, [f"{1:032x}"]) == 1
    salts.merge(copy, into=restored)
    assert salts_of(restored, f"{1:032x}") == [None]
    assert erased not in b"".join(path.read_bytes() for path in restored.rglob("*.parquet"))
    assert seal(restored, identities("A", "B", "C")).rows == 2
    salts.merge(restored, into=copy)
    assert salts.forgotten(copy, "source_identities").to_pylist() == [f"{1:032x}"]
