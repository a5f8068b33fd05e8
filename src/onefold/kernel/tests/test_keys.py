from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.kernel import keys
from onefold.kernel.keys import SEARCH, VAULT, KeyBroken, KeyMissing, KeyWrong

SECRET = bytes(range(32))


def test_reading_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match=r"secrets/vault\.json"):
        keys.read(tmp_path / "secrets", VAULT)
    assert not (tmp_path / "secrets").exists()


def test_a_first_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: keys.begin(folder, VAULT).current.secret, range(16)))
    assert made == {keys.current(folder, VAULT)} and len(keys.current(folder, VAULT)) == 32
    path = keys.path_of(folder, VAULT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [entry.name for entry in folder.iterdir()] == ["vault.json"], "no part file stays behind"


def test_only_an_installation_without_any_key_begins(tmp_path: Path) -> None:
    first = keys.read_or_begin_all(tmp_path, keys.WEB)
    assert keys.read_or_begin_all(tmp_path, keys.WEB) == first
    keys.begin(tmp_path, VAULT)
    keys.path_of(tmp_path, keys.WEB).unlink()
    with pytest.raises(KeyMissing):
        keys.read_or_begin_all(tmp_path, keys.WEB)


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'{"keys": []}', b'{"keys": 1}', b"null"])
def test_a_broken_ring_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = keys.path_of(tmp_path, VAULT)
    path.write_bytes(content)
    for read in (keys.read, keys.begin, keys.read_or_begin_all):
        with pytest.raises(KeyBroken):
            read(tmp_path, VAULT)
    assert path.read_bytes() == content


def test_a_cut_or_altered_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vault.key").write_bytes(b"half")
    with pytest.raises(KeyBroken):
        keys.read(tmp_path, VAULT)
    keys.begin(tmp_path, SEARCH)
    path = keys.path_of(tmp_path, SEARCH)
    told = json.loads(path.read_text())
    told["keys"][0]["key"] = SECRET.hex()
    path.write_text(json.dumps(told))
    with pytest.raises(KeyBroken):
        keys.read(tmp_path, SEARCH)


def test_a_raw_key_of_earlier_versions_becomes_a_ring(tmp_path: Path) -> None:
    (tmp_path / "vault.key").write_bytes(SECRET)
    assert keys.read(tmp_path, VAULT) == keys.ring_of(VAULT, SECRET)
    keys.adopt(tmp_path, VAULT)
    assert [path.name for path in tmp_path.iterdir()] == ["vault.json"]
    assert keys.current(tmp_path, VAULT) == SECRET
    (tmp_path / "vault.key").write_bytes(SECRET)  # as a death between the two would leave it
    keys.adopt(tmp_path, VAULT)
    assert [path.name for path in tmp_path.iterdir()] == ["vault.json"]
    (tmp_path / "vault.key").write_bytes(bytes(32))
    keys.adopt(tmp_path, VAULT)
    assert keys.current(tmp_path, VAULT) == SECRET and (tmp_path / "vault.key").exists(), "no key is thrown away"


@given(st.lists(st.booleans(), max_size=8))
def test_one_key_is_current_and_what_was_destroyed_opens_nothing(rotations: list[bool]) -> None:
    ring = keys.ring_of(VAULT, SECRET)
    for destroy in rotations:
        ring = keys.with_new_key(ring)
        ring = keys.without(ring, ring.keys[0].id) if destroy else ring
    assert [key.state for key in ring.keys].count(keys.CURRENT) == 1 and ring.current is ring.live[0]
    assert len({key.id for key in ring.keys}) == len(ring.keys) == len(rotations) + 1
    for key in ring.keys:
        if key in ring.live:
            assert ring.secret_of(key.id) == key.secret and keys.id_of(key.secret) == key.id
        else:
            with pytest.raises(KeyWrong, match=key.id):
                ring.secret_of(key.id)
    assert SECRET.hex() not in repr(ring) and str(SECRET) not in repr(ring)


def test_a_ring_is_written_as_it_is_read(tmp_path: Path) -> None:
    ring = keys.without(keys.with_new_key(keys.with_new_key(keys.ring_of(VAULT, SECRET))), keys.id_of(SECRET))
    keys.write(tmp_path, ring)
    assert keys.read(tmp_path, VAULT) == ring
    assert SECRET.hex() not in keys.path_of(tmp_path, VAULT).read_text()
