"""A model that is missing, out of date, slow or speaks nonsense takes nothing from a decision but its own word: the order then rests on
rules, the gates stay as they are, whoever asks gets an answer and the reason (row 47)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from datetime import time as clock_time
from pathlib import Path
from unittest import mock
from uuid import uuid4

import numpy as np
import polars as pl
import pytest
from django.core.cache import cache

from onefold.analytics import mining
from onefold.analytics import run as runs
from onefold.analytics.job import Job
from onefold.analytics.mining.matrix import CODES, Layout
from onefold.analytics.mining.scoring import Scorer
from onefold.commands import clock
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.decision.gates import Basis
from onefold.domains.modelling.models import Fit
from onefold.domains.offers import terms
from onefold.domains.offers.models import Decision
from onefold.domains.releases.queries import active_release_id
from onefold.domains.sellers.models import Seller
from onefold.kernel import keys
from onefold.seam import datasets as d
from onefold.seam import store
from onefold.simulator.sending import Order, send
from onefold.web.api.tests.machines import Machine
from tests.stories.harbour import SYSTEM
from tests.stories.test_simulated_group import RULEBOOK, batches

AS_OF = date(2026, 6, 30)
HPC = Viewer.of_company("HPC")


@dataclass
class Says:
    """A model of a chance that says this of everybody, after a while."""

    chance: float
    seconds: float = 0.0
    layout: Layout = field(default_factory=lambda: Layout((), dict.fromkeys(CODES, ())))

    def said(self, rows: np.ndarray) -> np.ndarray:
        time.sleep(self.seconds)
        return np.full(len(rows), self.chance)


@pytest.fixture(scope="module")
def job(tmp_path_factory) -> Job:
    place = tmp_path_factory.mktemp("small")
    send(Order(7, 300), place / "sent", place / "truth")
    for dataset in d.EXPORTED:
        store.write(place / "var" / "exports", dataset, dataset.schema.empty_table())
    known_at = datetime.combine(AS_OF, clock_time(10), UTC)
    exports = place / "var" / "exports"
    return Job("r", place / "var", AS_OF, known_at, RULEBOOK, exports, tuple(batches(place / "sent")))


def decided(job: Job, var: Path, model: Says | None) -> pl.DataFrame:
    """The verdicts of a whole run with this model for every series (None: with none at all)."""
    real = mining.scorer_of

    def scorer(series, used) -> Scorer:
        return replace(real(series, used), chances=dict.fromkeys(series.codes, model) if model else {})

    with mock.patch.object(mining, "scorer_of", scorer):
        release = runs.run(replace(job, var=var)).release_id
    table = pl.from_arrow(store.read(var / "lake" / "runs" / release, d.DECISIONS))
    assert isinstance(table, pl.DataFrame)
    return table.explode(pl.exclude("customer_id")).sort("customer_id", "series")


@pytest.fixture(scope="module")
def judged(job, tmp_path_factory) -> Callable[[Says | None], pl.DataFrame]:
    def run(model: Says | None) -> pl.DataFrame:
        var = tmp_path_factory.mktemp("run")
        for purpose in (keys.PSEUDONYM, keys.VAULT):
            keys.write(var / "secrets", keys.ring_of(purpose, b"k" * 32))
        return decided(job, var, model)

    return run


def gates_of(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    return frame.select("customer_id", "series", "blocked", "missing", "warned").rows()


def test_a_run_with_a_missing_a_senseless_or_a_slow_model_judges_alike_and_orders_by_rules(judged):
    sound, missing, senseless = judged(Says(0.4)), judged(None), judged(Says(float("nan"), seconds=0.05))
    assert gates_of(sound) == gates_of(missing) == gates_of(senseless)
    assert (sound["bases"] >= Basis.PROPENSITY).any()
    for frame in (missing, senseless):
        assert (frame["bases"] < Basis.PROPENSITY).all()
        assert frame.height and (frame["scores"] >= 0).all()
    assert missing["scores"].to_list() == senseless["scores"].to_list()


@pytest.fixture
def question(harbour, as_role) -> dict:
    with as_role("batch"), reading(SYSTEM):
        channel_of = dict(Seller.objects.filter(company_id="HPC").values_list("seller_id", "channel_id"))
        for row in Decision.objects.filter(release_id=active_release_id(SYSTEM)).order_by("customer_id"):
            for seller, blocked, value in zip(row.sellers, row.blocked, row.values, strict=True):
                if seller in channel_of and not blocked and value > 0:
                    return {
                        "customer_id": str(row.customer_id), "channel": channel_of[seller], "seller": seller,
                        "reason": "OUTBOUND",
                    }  # fmt: skip
    raise AssertionError("Harbour Group has no offer through a seller of HPC")


def asked(question: dict) -> list[dict]:
    cache.clear()
    terms._kept.clear()
    answered = Machine(HPC, "DECISIONS").post("/decisions", question | {"decision_id": str(uuid4())})
    assert answered.status_code == 201, answered.content
    body = answered.json()
    return [*body["offers"], *body["others"]]


def models_are(as_role, used: bool, reason: str) -> None:
    with as_role("batch"), entered(SYSTEM, clock.now(), read_only=False):
        Fit.objects.filter(release_id=active_release_id(SYSTEM)).update(used=used, fallback_reason=reason)


@pytest.mark.parametrize("reason", ["STALE", "FIT_NOT_KEPT", "NOT_APPROVED", "TOO_FEW_OUTCOMES"])
def test_whoever_asks_gets_an_answer_and_why_no_model_spoke(question, as_role, reason):
    before = asked(question)
    models_are(as_role, False, reason)
    now = asked(question)
    assert {one["fallback_reason"] for one in now if one["basis"] < Basis.PROPENSITY} == {reason}
    assert [(one["series"], one["gates"]) for one in now] == [(one["series"], one["gates"]) for one in before]


def test_a_model_that_said_nothing_of_this_customer_is_told_from_one_that_is_not_there(question, as_role):
    models_are(as_role, True, "")
    assert {one["fallback_reason"] for one in asked(question) if one["basis"] < Basis.PROPENSITY} == {"NO_SCORE"}
    with as_role("batch"), entered(SYSTEM, clock.now(), read_only=False):
        Fit.objects.filter(release_id=active_release_id(SYSTEM)).delete()
    assert {one["fallback_reason"] for one in asked(question)} == {"NO_MODEL"}


def test_the_answer_rests_on_published_scores_so_that_a_slow_model_keeps_nobody_waiting(question):
    started = time.monotonic()
    with mock.patch.object(Says, "said", side_effect=AssertionError("no model is asked while somebody waits")):
        assert asked(question)
    assert time.monotonic() - started < 5
