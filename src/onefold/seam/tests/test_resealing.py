"""From one vault key to the next: the same records, no piece of the old key left, and whoever was forgotten stays so."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from onefold.kernel import keys
from onefold.kernel.keys import VAULT, KeyWrong, Ring
from onefold.seam import resealing, store, vault
from onefold.seam.datasets import SOURCE_IDENTITIES
from onefold.seam.tests.listing import listed_as_it_lies
from onefold.seam.tests.test_vault import identities
from onefold.seam.vault import VaultKeys
from onefold.seam.verifying import verify_all


def opening(var: Path, ring: Ring) -> VaultKeys:
    return VaultKeys.of_ring(var / "vault", ring)


@pytest.fixture
def ring() -> Ring:
    return keys.ring_of(VAULT, bytes(range(32)))


@pytest.fixture
def release(tmp_path: Path, ring: Ring) -> Path:
    folder = tmp_path / "vault" / "runs" / "r"
    vault.seal(folder, SOURCE_IDENTITIES, identities("A", "B", "C"), opening(tmp_path, ring))
    return folder


def names(var: Path, folder: Path, ring: Ring) -> list[str]:
    found: list[str] = vault.open_(folder, SOURCE_IDENTITIES, opening(var, ring))["name"].to_pylist()
    return found


def test_a_sealed_file_says_its_key_and_opens_by_it(tmp_path: Path, release: Path, ring: Ring) -> None:
    assert resealing.records_by_key(tmp_path) == {ring.current.id: 3}
    two = keys.with_new_key(ring)
    assert names(tmp_path, release, two) == ["A", "B", "C"]
    with pytest.raises(KeyWrong, match=ring.current.id):
        names(tmp_path, release, keys.without(two, ring.current.id))


def test_resealed_it_opens_with_the_new_key_alone_and_again_changes_nothing(
    tmp_path: Path, release: Path, ring: Ring
) -> None:
    two = keys.with_new_key(ring)
    assert resealing.reseal(release, SOURCE_IDENTITIES, opening(tmp_path, two)) == 3
    content = store.path_of(release, SOURCE_IDENTITIES).read_bytes()
    assert resealing.reseal(release, SOURCE_IDENTITIES, opening(tmp_path, two)) == 0
    assert store.path_of(release, SOURCE_IDENTITIES).read_bytes() == content
    assert resealing.records_by_key(tmp_path) == {two.current.id: 3}
    assert names(tmp_path, release, keys.without(two, ring.current.id)) == ["A", "B", "C"]
    assert [one.data["file"] for one in verify_all(tmp_path)] == ["vault/checksums.json"], "no release was made here"


def test_a_file_of_before_keys_had_ids_is_of_the_oldest_key(tmp_path: Path, release: Path, ring: Ring) -> None:
    path = store.path_of(release, SOURCE_IDENTITIES)
    pq.write_table(pq.read_table(path).replace_schema_metadata(None), path)
    listed_as_it_lies(release)
    two = keys.with_new_key(ring)
    assert resealing.records_by_key(tmp_path) == {"": 3}
    assert names(tmp_path, release, two) == ["A", "B", "C"]
    assert resealing.reseal(release, SOURCE_IDENTITIES, opening(tmp_path, two)) == 3
    assert names(tmp_path, release, keys.without(two, ring.current.id)) == ["A", "B", "C"]


def test_who_is_forgotten_is_left_out(tmp_path: Path, release: Path, ring: Ring) -> None:
    vault.forget(tmp_path / "vault", [f"{1:032x}"])
    two = keys.with_new_key(ring)
    assert resealing.reseal(release, SOURCE_IDENTITIES, opening(tmp_path, two)) == 2
    assert names(tmp_path, release, two) == ["A", "C"]


def test_a_file_whose_key_is_lost_is_refused_and_left_as_it_is(tmp_path: Path, release: Path) -> None:
    content = store.path_of(release, SOURCE_IDENTITIES).read_bytes()
    with pytest.raises(KeyWrong):
        resealing.reseal(release, SOURCE_IDENTITIES, opening(tmp_path, keys.ring_of(VAULT, bytes(32))))
    assert store.path_of(release, SOURCE_IDENTITIES).read_bytes() == content


def test_readings_of_another_key_are_dropped_with_all_their_files(tmp_path: Path, ring: Ring) -> None:
    folder = tmp_path / "vault" / vault.KEPT_FOLDER
    folder.mkdir(parents=True)
    for name, key_id in (("old", "0" * 12), ("new", ring.current.id)):
        (folder / f"{name}.json").write_text(f'{{"vault_key": "{key_id}"}}')
        (folder / f"{name}.sealed").write_bytes(b"")
    assert resealing.records_by_key(tmp_path) == {"0" * 12: 1, ring.current.id: 1}
    assert resealing.drop_kept_readings(tmp_path, ring.current.id) == 1
    assert {path.name for path in folder.iterdir()} == {"new.json", "new.sealed"}
