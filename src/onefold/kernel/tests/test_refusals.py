from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator
from datetime import date

import pytest

from onefold.kernel.refusals import LANGUAGES, Kind, Refusal, all_refusals


class LicenceMissing(Refusal):
    code = "LICENCE_MISSING"
    kind = Kind.FORBIDDEN
    sentence = {"en": "No licence for {series} on {on}.", "zh-Hans": "{on} 没有 {series} 的资质。"}


@pytest.fixture
def forgotten() -> Iterator[None]:
    """A class whose declaration failed lives until collected, and a later walk over all refusals would meet it."""
    yield
    gc.collect()


def test_a_refusal_speaks_both_languages_with_its_data() -> None:
    refusal = LicenceMissing(series="HPC.MOTOR", on=date(2026, 6, 30))
    assert refusal.sentence_in("en") == "No licence for HPC.MOTOR on 2026-06-30."
    assert refusal.sentence_in("zh-Hans") == refusal.sentence_in("zh-CN") == "2026-06-30 没有 HPC.MOTOR 的资质。"
    assert refusal.sentence_in("fr") == refusal.sentence_in("en")
    assert str(refusal) == "LICENCE_MISSING: No licence for HPC.MOTOR on 2026-06-30."


def test_a_refusal_without_the_data_its_sentence_names_is_a_bug() -> None:
    with pytest.raises(TypeError, match="on"):
        LicenceMissing(series="HPC.MOTOR")
    with pytest.raises(TypeError, match="a code"):
        Refusal()


def test_a_refusal_crosses_a_process_boundary_whole() -> None:
    copy = pickle.loads(pickle.dumps(LicenceMissing(series="HPC.MOTOR", on=date(2026, 6, 30))))
    assert (type(copy), copy.data["series"]) == (LicenceMissing, "HPC.MOTOR")


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("lower_case", {"en": "No.", "zh-Hans": "不。"}),
        ("NO_CHINESE", {"en": "No."}),
        ("OTHER_VALUES", {"en": "No {this}.", "zh-Hans": "不 {that}。"}),
    ],
)
def test_a_badly_declared_refusal_is_found_when_its_module_is_read(code: str, sentence: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        type("Bad", (Refusal,), {"code": code, "sentence": sentence})


def test_the_five_kinds_have_the_statuses_of_http() -> None:
    assert [kind.http_status for kind in Kind] == [422, 403, 404, 409, 503]


def test_every_refusal_is_found_and_speaks_every_language() -> None:
    found = list(all_refusals())
    assert LicenceMissing in found
    assert all(set(LANGUAGES) <= set(refusal.sentence) for refusal in found)
