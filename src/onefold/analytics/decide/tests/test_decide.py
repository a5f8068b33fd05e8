"""The decisions of a whole world are those of the slow, obvious register, gate by gate and score by score."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from onefold.analytics import decide as decide_package
from onefold.analytics.decide import decide
from onefold.analytics.decide.popularity import Popularity, count_together, support
from onefold.analytics.decide.tests.offering import AROUND, STRICT, offering_world
from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.reference.oracle import World
from onefold.analytics.reference.verdicts import GATES, Register, mask_of
from onefold.analytics.reference.worths import action, worths
from onefold.analytics.tests.generated import BRIEF, SEEDS
from onefold.analytics.tests.worlds import TODAY, derive, lay
from onefold.decision.gates import Gate
from onefold.policy import Rulebook
from onefold.policy.dated import DatedValue
from onefold.seam import store
from onefold.seam.datasets import DECISIONS


def decided(world: World, folder: Path, chunk: int = 16, rulebook: Rulebook = STRICT) -> pa.Table:
    derive(lay(world, folder), open_lake)
    with open_lake(folder) as lake:
        return store.checked(DECISIONS, pa.concat_tables(decide(lake, rulebook, TODAY, TODAY, chunk=chunk)))


NAMES = ("sellers", "blocked", "missing", "warned", "scores", "values", "bases", "actions", "because")
Verdict = tuple[str, int, int, int, int, int, int, str, str]


def by_candidate(table: pa.Table) -> dict[tuple[str, str], Verdict]:
    found = {}
    for row in table.to_pylist():
        for series, *verdict in zip(row["series"], *(row[name] for name in NAMES), strict=True):
            found[row["customer_id"], series] = tuple(verdict)
    return found


def expected(world: World) -> dict[tuple[str, str], Verdict]:
    register = Register(world, TODAY, TODAY, STRICT)
    worth = worths(register)
    found = {}
    for customer, row in register.customers.items():
        seller = register.seller_of(customer)
        for series, terms in register.series.items():
            if row["kind"] in terms["kinds"].split(","):
                judged = register.judge(customer, series)
                masks = tuple(mask_of(gates) for gates in judged)
                probability, value, basis, because = worth[customer, series]
                acts = action(register, customer, series, judged)
                code = seller["seller"] if seller else ""
                found[customer, series] = (code, *masks, probability, value, basis, acts, because)
    return found


@settings(BRIEF, max_examples=3)
@given(SEEDS)
def test_every_verdict_is_that_of_the_slow_register(seed: int) -> None:
    world = offering_world(Random(seed), STRICT, customers=30, contracts=80)
    with tempfile.TemporaryDirectory() as name:
        found = by_candidate(decided(world, Path(name)))
    wanted = expected(world)
    assert found.keys() == wanted.keys()
    assert {cell: (found[cell], wanted[cell]) for cell in wanted if found[cell] != wanted[cell]} == {}


def test_the_generated_worlds_try_every_gate_both_ways() -> None:
    register = Register(offering_world(Random(7), STRICT, customers=80, contracts=200), TODAY, TODAY, STRICT)
    verdicts = [register.judge(customer, series) for customer in register.customers for series in register.series]
    against = Counter(gate for judged in verdicts for gate in judged.against | judged.warned)
    assert set(against) == set(GATES) - {"QUIET_TIME"}, "a batch knows no hour"
    assert max(against.values()) < len(verdicts)
    assert sum(1 for judged in verdicts if not judged.against) > 3


def test_the_registers_bits_are_the_cores() -> None:
    assert {gate.name: gate.value for gate in Gate} == GATES


def test_the_size_of_a_chunk_changes_nothing(tmp_path: Path) -> None:
    world = offering_world(Random(11), STRICT, customers=23)
    whole = decided(world, tmp_path / "b", chunk=1000)
    assert decided(world, tmp_path / "a", chunk=4).equals(whole)
    assert decided(world, tmp_path / "c", chunk=1).equals(whole), "one customer at a time is judged as in a batch"


class WithFees(dict[str, DatedValue]):
    """Values of a rulebook with fee plans among them, which nobody may look at."""

    def __getitem__(self, name: str) -> DatedValue:
        assert not name.startswith("fees."), f"{name} was read to decide"
        return super().__getitem__(name)


@pytest.mark.parametrize("rate", [0, 1, 999_999])
def test_no_fee_plan_moves_a_decision(rate: int, tmp_path: Path) -> None:
    world = offering_world(Random(5), STRICT)
    like = STRICT.values["economics.contact_cost"]
    plans = {name: replace(like, name=name) for name in ("fees.rates", "fees.prizes", "fees.overrides")}
    told = {name: replace(plan, history=(replace(like.history[0], value=rate),)) for name, plan in plans.items()}
    with_fees = replace(STRICT, values=WithFees(STRICT.values | told))
    assert decided(world, tmp_path / "a", rulebook=with_fees).equals(decided(world, tmp_path / "b"))


def test_what_decides_and_allots_does_not_know_the_word_for_fees() -> None:
    source = Path(decide_package.__file__).parents[2]
    for part in ("decision", "analytics/decide", "analytics/allocation"):
        for path in sorted((source / part).glob("*.py")):
            assert '"fees' not in path.read_text("utf-8"), path


def test_without_consents_nothing_passes(tmp_path: Path) -> None:
    world = offering_world(Random(3), STRICT) | {"consents": []}
    assert all(verdict[1] & Gate.NO_CONSENT.bit for verdict in by_candidate(decided(world, tmp_path)).values())


def test_without_sellers_nothing_passes_and_the_gate_is_named(tmp_path: Path) -> None:
    world = offering_world(Random(3), STRICT) | {"sellers": [], "channels": [], "channel_products": []}
    found = by_candidate(decided(world, tmp_path)).values()
    assert {verdict[0] for verdict in found} == {""}
    assert all(verdict[1] & Gate.NO_SELLER.bit for verdict in found)
    assert not any(verdict[1] & (Gate.CHANNEL_NOT_AUTHORISED.bit | Gate.GRADE_TOO_LOW.bit) for verdict in found)


def test_what_is_said_of_a_customer_who_is_no_longer_there_touches_nobody_else(tmp_path: Path) -> None:
    world = offering_world(Random(3), STRICT) | {"suppressions": []}
    found = by_candidate(decided(world, tmp_path))
    gone = sorted(customer for customer, _ in found)[0][:-1] + "~"
    world["suppressions"] = [{"customer_id": gone, "series": "ALL", "until": AROUND[-1]}]
    assert by_candidate(decided(world, tmp_path)) == found


def test_an_empty_lake_decides_nothing(tmp_path: Path) -> None:
    with open_lake(tmp_path) as lake:
        assert list(decide(lake, STRICT, TODAY, TODAY)) == []


def test_the_held_series_whose_holders_hold_it_most_speaks_for_an_offer() -> None:
    held = np.array([[1, 0, 1], [1, 0, 1], [1, 1, 0], [0, 1, 0], [0, 1, 1], [1, 1, 0]], dtype=np.bool_)
    popularity = count_together([held[:4], held[4:]], 3)
    assert popularity.together.tolist() == [[4, 2, 2], [2, 4, 1], [2, 1, 3]]
    backing = support(np.array([[1, 1, 0], [0, 0, 0]], dtype=np.bool_), popularity)
    assert (backing.numerator[0, 2], backing.denominator[0, 2], backing.because[0, 2]) == (2, 4, 0)
    assert (backing.numerator[1].tolist(), backing.denominator[1].tolist()) == ([4, 4, 3], [6, 6, 6])


def test_supports_are_compared_in_millionths_and_ties_go_to_the_first_code() -> None:
    together = np.array([[10_000, 0, 3_333], [0, 10_000, 3_334], [3_333, 3_334, 5_000]], dtype=np.int64)
    both = np.array([[1, 1, 0]], dtype=np.bool_)
    assert support(both, Popularity(together, 20_000)).because[0, 2] == 1
    together[1, 2] = 3_333
    assert support(both, Popularity(together, 20_000)).because[0, 2] == 0


@pytest.mark.parametrize("chunk", [1, 2, 6])
def test_co_occurrence_does_not_depend_on_the_chunks(chunk: int) -> None:
    held = np.random.default_rng(5).random((6, 4)) < 0.5
    parts = [held[start : start + chunk] for start in range(0, 6, chunk)]
    assert count_together(parts, 4).together.tolist() == count_together([held], 4).together.tolist()
