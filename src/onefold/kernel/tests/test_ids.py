from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from onefold.kernel.ids import derived_id, instant_of, new_id, pseudonym

KEY = bytes(range(32))


def test_new_ids_are_version_7_and_sort_by_the_order_of_making() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(ids) and len(set(ids)) == 5000
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}


def test_a_new_id_knows_when_it_was_made_and_a_derived_one_does_not() -> None:
    before = datetime.now(UTC)
    assert abs((instant_of(new_id()) - before).total_seconds()) < 60
    with pytest.raises(ValueError, match="holds no time"):
        instant_of(derived_id("a"))


def test_new_ids_keep_their_order_when_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr("onefold.kernel.ids.time.time_ns", lambda: 0)
    assert new_id() > first


def test_threads_never_share_an_id() -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(lambda _: new_id(), range(4000)))
    assert len({one.int >> 64 for one in ids}) == 4000, "the time part alone must differ"


def test_a_derived_id_is_the_same_on_any_machine() -> None:
    assert str(derived_id("delivery", "1", "notify")) == "bd4bf2f2-c517-8876-b487-6219fc8e49c2"
    assert derived_id("a", "b") != derived_id("a", "b", "") != derived_id("ab")
    assert derived_id("a").version == 8


def test_a_pseudonym_is_stable_and_depends_on_key_and_every_part() -> None:
    one = pseudonym(KEY, "source", "HLIFE", "C-1")
    assert one == "34e05d45698360279e1ea48055066360"
    assert len({one, pseudonym(KEY[::-1], "source", "HLIFE", "C-1"), pseudonym(KEY, "source", "HLIFE", "C-2")}) == 3


def test_parts_that_could_collide_and_short_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="U\\+001F"):
        pseudonym(KEY, "source", "HLIFE\x1fC-1")
    with pytest.raises(ValueError, match="32"):
        pseudonym(b"short", "source")
    with pytest.raises(ValueError, match="parts"):
        derived_id()
