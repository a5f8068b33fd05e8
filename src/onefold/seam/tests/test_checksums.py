"""A file that went, was cut, altered or exchanged is refused by name, whatever kind of folder it lies in; a death halfway is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.seam import checksums, salts, store, vault
from onefold.seam.checksums import ChecksumsMissing, KeptFileAltered, KeptFileBroken, KeptFileMissing, KeptFileUnlisted
from onefold.seam.datasets import COMPANIES, SOURCE_IDENTITIES
from onefold.seam.tests.test_vault import MASTER, identities, opened, seal
from onefold.seam.verifying import adopt_all, verify_all, verify_folder

Damage = Callable[[Path], None]


def companies(*codes: str) -> pa.Table:
    rows = [dict.fromkeys((column.name for column in COMPANIES.columns), code) for code in codes]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in COMPANIES.schema.names]))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def exchange(path: Path) -> None:
    """Another file of the same shape in its place."""
    other = next(one for one in sorted(path.parent.glob("*.parquet")) if one != path)
    shutil.copy(other, path)


DAMAGES: list[Damage] = [flip, cut, empty, exchange, Path.unlink]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_dataset_is_refused_by_name(tmp_path: Path, damage: Damage) -> None:
    lake = tmp_path / "lake" / "runs" / "r"
    store.write(lake, COMPANIES, companies("A"))
    (lake / "another.parquet").write_bytes(b"of something else")
    damage(store.path_of(lake, COMPANIES))
    with pytest.raises(KeptFileBroken, match=r"lake/runs/r/companies\.parquet") as refused:
        store.read(lake, COMPANIES)
    assert type(refused.value) is (KeptFileMissing if damage is Path.unlink else KeptFileAltered)
    assert refused.value.data["sha256"] == checksums.read_list(lake)["companies.parquet"][0]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize(
    "file", ["source_identities.parquet", "keys/source_identities.HLIFE.parquet", "forgotten.parquet"]
)
def test_a_damaged_piece_of_the_vault_is_refused_by_name(tmp_path: Path, file: str, damage: Damage) -> None:
    folder = tmp_path / "vault"
    seal(folder, identities("A", "B"))
    vault.forget(folder, [f"{1:032x}"])
    assert len(opened(folder)) == 1
    path = folder / file
    (path.parent / "another.parquet").write_bytes(b"of something else")
    damage(path)
    with pytest.raises(KeptFileBroken, match="vault/"):
        opened(folder)
    if path.parent.name == salts.KEYS_FOLDER:
        with pytest.raises(KeptFileBroken, match="vault/"):
            seal(folder, identities("A", "B", "C"))  # no salt is made anew for who had one


def test_who_was_forgotten_does_not_come_back_with_the_file_gone(tmp_path: Path) -> None:
    seal(tmp_path, identities("A", "B"))
    vault.forget(tmp_path, [f"{1:032x}"])
    (tmp_path / salts.FORGOTTEN_FILE).unlink()
    with pytest.raises(KeptFileMissing):
        seal(tmp_path, identities("A", "B"))


def test_a_file_that_nobody_listed_and_a_list_that_is_gone_are_refused(tmp_path: Path) -> None:
    store.write(tmp_path, COMPANIES, companies("A"))
    (tmp_path / checksums.LIST).write_text("{")
    with pytest.raises(ChecksumsMissing):
        store.read(tmp_path, COMPANIES)
    (tmp_path / checksums.LIST).unlink()
    with pytest.raises(KeptFileUnlisted):
        store.read(tmp_path, COMPANIES)
    with pytest.raises(ChecksumsMissing):
        checksums.required(tmp_path)
    assert store.read(tmp_path / "of nothing", COMPANIES).num_rows == 0


@settings(deadline=None)
@given(st.data())
def test_no_byte_may_change(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("lake")
    store.write(folder, COMPANIES, companies("A", "B"))
    path = store.path_of(folder, COMPANIES)
    before = path.read_bytes()
    after = bytearray(before)
    for _ in range(data.draw(st.integers(1, 3))):
        after[data.draw(st.integers(0, len(after) - 1))] = data.draw(st.integers(0, 255))
    after = after[: data.draw(st.integers(0, len(after)))] if data.draw(st.booleans()) else after
    path.write_bytes(after)
    if bytes(after) == before:
        assert store.read(folder, COMPANIES).num_rows == 2
    else:
        with pytest.raises(KeptFileAltered):
            store.read(folder, COMPANIES)


def test_a_file_altered_after_it_was_read_is_noticed_by_the_same_process(tmp_path: Path) -> None:
    store.write(tmp_path, COMPANIES, companies("A"))
    path = store.path_of(tmp_path, COMPANIES)
    os.utime(path, (1, 1))
    store.read(tmp_path, COMPANIES)
    seen = path.stat()
    flip(path)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    with pytest.raises(KeptFileAltered):
        store.read(tmp_path, COMPANIES)


def test_a_death_at_any_moment_of_replacing_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    class Death(BaseException):
        pass

    for deadly in range(1, 12):
        folder = tmp_path / str(deadly)
        folder.mkdir()
        target, part, moments = folder / "a.parquet", folder / "a.part", iter(range(1, 99))

        def dying(step: Callable[..., None], *words: object, at: int = deadly, moments: object = moments) -> None:
            if next(moments) == at:  # type: ignore[call-overload]
                raise Death
            step(*words)

        part.write_bytes(b"old")
        checksums.placed(part, target, durable=True)
        part.write_bytes(b"new")
        with (
            mock.patch("os.replace", partial(dying, os.replace)),
            mock.patch("os.fsync", partial(dying, os.fsync)),
        ):
            try:
                checksums.placed(part, target, durable=True)
            except Death:
                pass
            else:
                assert deadly > 5, "there were moments to die at"
        assert checksums.listed(target) == target
        part.write_bytes(b"newest")
        checksums.placed(part, target, durable=True)
        assert checksums.read_list(folder) == {"a.parquet": [checksums.sha256_of(target)]}


def test_verifying_names_every_broken_file_and_an_old_installation_is_taken_as_it_lies(tmp_path: Path) -> None:
    lake, sealed = tmp_path / "lake" / "runs" / "r", tmp_path / "vault" / "runs" / "r"
    store.write(lake, COMPANIES, companies("A"))
    keys = vault.VaultKeys.for_folder(tmp_path / "vault", MASTER)
    vault.seal(sealed, SOURCE_IDENTITIES, identities("A"), keys)
    (tmp_path / "intake").mkdir()
    (tmp_path / "intake" / ("0" * 64)).write_bytes(b"not of this name")
    told = {str(one.data["file"]): one.code for one in verify_all(tmp_path, ["1" * 64])}
    assert told.pop(f"intake/{'0' * 64}") == "KEPT_FILE_ALTERED"
    assert told.pop(f"intake/{'1' * 64}") == "KEPT_FILE_MISSING"
    assert told == {"vault/checksums.json": "CHECKSUMS_MISSING"}
    for path in tmp_path.rglob(checksums.LIST):
        path.unlink()
    adopt_all(tmp_path)
    shutil.rmtree(tmp_path / "intake")
    assert not list(verify_all(tmp_path))
    flip(store.path_of(sealed, SOURCE_IDENTITIES))
    assert [one.code for one in verify_folder(sealed)] == ["KEPT_FILE_ALTERED"]
    (lake / checksums.LIST).unlink()
    adopt_all(tmp_path)
    assert [one.code for one in verify_folder(lake)] == ["CHECKSUMS_MISSING"], "only once"
