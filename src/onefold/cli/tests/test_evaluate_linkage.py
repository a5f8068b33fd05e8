"""`onefold evaluate linkage`: who was found beside who is, on a group small enough to be made and received in some seconds."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from onefold.analytics.linkage.measures import pairs, wholes
from onefold.cli import evaluate_linkage
from onefold.cli.evaluate_linkage import Told, linked, main, more_mistakes, simulated, without_numbers
from onefold.simulator.sending import rates

CUSTOMERS, SEED = 1_200, 3


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return simulated(tmp_path_factory.mktemp("group"), CUSTOMERS, SEED)


@pytest.mark.slow
def test_every_record_let_in_has_one_truth_and_every_mistake_a_record(told: Told) -> None:
    sent = set(told.records["source_id"].to_pylist())
    assert len(sent) == told.records.num_rows > CUSTOMERS
    assert sent <= set(told.truth["source_id"]), "each is somebody"
    assert set(told.mistakes["record"]) <= set(told.truth["record"])
    assert told.truth["true"].n_unique() <= CUSTOMERS + 50


@pytest.mark.slow
def test_likeness_finds_what_strong_keys_leave_and_mixes_nearly_nobody(told: Told) -> None:
    before, after = (linked(told, by_likeness=likeness)[0] for likeness in (False, True))
    assert before.height == after.height == told.records.num_rows
    by_keys, by_both = pairs(before), pairs(after)
    assert by_keys.true == by_both.true
    assert by_keys.precision > 0.999 and by_both.precision > 0.995
    assert by_both.recall > by_keys.recall and by_both.recall > 0.95
    assert wholes(after).torn < wholes(before).torn


@pytest.mark.slow
def test_without_numbers_less_is_found(told: Told) -> None:
    bare = without_numbers(told)
    assert bare.identities["id_number"].null_count == bare.identities.num_rows
    assert told.identities["id_number"].null_count < told.identities.num_rows, "what was told stands"
    assert pairs(linked(bare, by_likeness=False)[0]).recall < pairs(linked(told, by_likeness=False)[0]).recall


@pytest.mark.slow
def test_a_wrong_link_is_counted_against_it(told: Told) -> None:
    """Whoever measures must see two persons in one: everybody as one customer is nearly all wrong."""
    found = linked(told, by_likeness=False)[0].with_columns(pl.lit("everybody").alias("found"))
    assert pairs(found).precision < 0.01 and wholes(found).mixed == wholes(found).all


@pytest.mark.slow
def test_the_command_prints_both_ways_and_each_kind_of_mistake(
    told: Told, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate_linkage, "simulated", lambda *_: told)
    assert main(["--customers", str(CUSTOMERS), "--seed", str(SEED)]) == 0
    said = capsys.readouterr().out
    assert said.index("strong keys alone") < said.index("with likeness") < said.index("recall of pairs")
    assert said.count("precision ") == 2 and "customers:" in said
    assert all(kind in said for kind in told.mistakes["kind"].unique())


def test_more_mistakes_are_made_only_meanwhile_and_never_beyond_every_second_time() -> None:
    usual = dict(rates.SAYS_WRONG)
    with pytest.raises(RuntimeError), more_mistakes(1_000):
        assert max(max(said) for said in rates.SAYS_WRONG.values()) == 500_000
        raise RuntimeError
    assert usual == rates.SAYS_WRONG


def test_where_the_truth_of_an_installation_lies_must_be_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--var", str(tmp_path)])
    assert "--truth" in capsys.readouterr().err
