"""What people decide about a model: who may, with what behind it, and what the next run is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from onefold.commands.models import AuditLine, OutboxEvent
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.modelling import refusals
from onefold.domains.modelling.actions import approve, leave_to_recipe, retire
from onefold.domains.modelling.exports import export
from onefold.domains.modelling.models import Fit
from onefold.domains.modelling.queries import fits_of_model, models_of
from onefold.domains.modelling.rules import may_be_approved, may_decide
from onefold.domains.releases.queries import active_release_id
from onefold.kernel.ids import new_id

COMPLIANCE = Viewer.of_company("HLIFE", "amy", frozenset({"COMPLIANCE"}))
DESK = Viewer.of_group("desk", frozenset({"CROSS_SELLING_DESK"}))
MODEL = "PROPENSITY:HPC.MOTOR"
WHY = "the committee of 12 July"


@pytest.fixture
def learnt(harbour, as_role):
    """Harbour Group is too small to learn from; here its release has a fit of one model, and one without an assessment."""
    with as_role("batch"):
        release = active_release_id(Viewer.system("test"))
        with as_system():
            Fit.objects.filter(release_id=release, model=MODEL).update(fit="f" * 32, stage="CHAMPION", used=True)
            Fit.objects.filter(release_id=release, model="LAPSE").update(fit="e" * 32, assessment="")


@contextmanager
def as_system() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)")
        yield


def exported(as_role) -> list[dict[str, Any]]:
    with as_role("batch"), as_system():
        ((_, table),) = export()
    return table.to_pylist()


def test_harbour_group_is_too_small_to_learn_from_and_its_cards_say_so(harbour):
    cards = models_of(COMPLIANCE)
    assert {card.model.split(":")[0] for card in cards} == {"PROPENSITY", "LAPSE", "PRIOR", "POOLED", "EFFECT"}
    assert {(card.used, card.fallback_reason) for card in cards} == {(False, "TOO_FEW_OUTCOMES")}


def test_a_fit_approved_by_hand_is_what_the_next_run_is_told(learnt, as_role):
    approve(COMPLIANCE, new_id(), model=MODEL, fit="f" * 32, why=WHY)
    assert exported(as_role) == [{"model": MODEL, "rule": "BY_HAND", "champion": "f" * 32, "approver": "amy"}]
    (card,) = fits_of_model(DESK, MODEL)
    assert card.decided and (card.decided.rule, card.decided.why) == ("BY_HAND", WHY)


def test_a_retired_model_stays_retired_until_it_is_left_to_its_recipe_again(learnt, as_role):
    retire(COMPLIANCE, new_id(), model=MODEL, why=WHY)
    assert [row["rule"] for row in exported(as_role)] == ["RETIRED"]
    leave_to_recipe(COMPLIANCE, new_id(), model=MODEL, why=WHY)
    assert exported(as_role) == []


def test_a_decision_is_audited_and_asks_for_a_run(learnt, as_role):
    retire(COMPLIANCE, new_id(), model=MODEL, why=WHY)
    with as_role("batch"), reading(Viewer.system("test")):
        line = AuditLine.objects.get(action="modelling.retire")
        assert (line.actor, line.subject, line.facts["why"]) == ("amy", MODEL, WHY)
        assert OutboxEvent.objects.filter(name="modelling.ModelDecided").count() == 1


def test_nobody_but_compliance_decides(learnt):
    with pytest.raises(refusals.ComplianceDecides):
        retire(DESK, new_id(), model=MODEL, why=WHY)


def test_a_fit_without_an_assessment_is_not_approved(learnt):
    with pytest.raises(refusals.AssessmentMissing):
        approve(COMPLIANCE, new_id(), model="LAPSE", fit="e" * 32, why=WHY)


@pytest.mark.parametrize(("model", "fit"), [("PROPENSITY:NO.SUCH", "f" * 32), (MODEL, "a" * 32), (MODEL, "")])
def test_what_the_release_does_not_have_is_not_approved(learnt, model, fit):
    with pytest.raises(refusals.FitUnknown):
        approve(COMPLIANCE, new_id(), model=model, fit=fit, why=WHY)


def test_a_decision_says_why(learnt):
    with pytest.raises(refusals.ReasonMissing):
        retire(COMPLIANCE, new_id(), model=MODEL, why="  ")


def test_a_seller_sees_no_card(learnt):
    assert models_of(Viewer.of_seller("L001", "HLIFE")) == []


def test_the_rules_in_one_line_each():
    assert may_decide(frozenset({"COMPLIANCE"})) and not may_decide(frozenset({"SELLER", "COMPANY_MANAGER"}))
    assert may_be_approved("f", "PIA-1") and not may_be_approved("f", "") and not may_be_approved("", "PIA-1")
