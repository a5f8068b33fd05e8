"""The pages of the registry: what they say of a model, and what compliance decides there."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from onefold.commands.viewer import Viewer
from onefold.domains.modelling.models import Fit
from onefold.domains.modelling.queries import rulings_of
from onefold.domains.releases.queries import active_release_id
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import text_of

MODEL = "PROPENSITY:HPC.MOTOR"
ADDRESS = f"/models/{MODEL}/"
CARD = {
    "purpose": "CHANCE_OF_A_KEPT_CONTRACT", "limits": ["NOT_AN_EFFECT"], "problem": "", "auc": 712_000, "auc_error": 20_000,
    "log_loss": 120_000, "log_loss_of_base_rate": 130_000, "calibration_error": 4_000, "judged_rows": 900,
    "judged_outcomes": 80, "deciles": [{"customers": 90, "expected": 2_000_000, "observed": None}] * 10,
    "drift": {"tenure_days": {"index": 331_387, "limit": 22_357, "moved": True, "size": 103_738}},
    "any_drift": ["tenure_days"], "gains": [{"feature": "tenure_days", "share": 400_000}],
    "leakage": {"random_labels_auc": 510_000, "one_feature": "tenure_days", "one_feature_auc_fall": 30_000},
}  # fmt: skip


@pytest.fixture
def learnt(harbour, as_role):
    """Harbour Group is too small to learn from; here one of its models could."""
    with as_role("batch"):
        release = active_release_id(Viewer.system("test"))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)")
            Fit.objects.filter(release_id=release, model=MODEL).update(
                fit="f" * 32, stage="CHAMPION", used=True, fallback_reason="", outcomes=None, card=CARD
            )


def test_every_model_is_listed_with_whether_it_is_used_and_why_not(learnt, sign_in):
    page = text_of(sign_in("desk").get("/models/"))
    assert "1 of 20 are used" in page and "Used" in page
    assert "Too few outcomes to learn from" in page and "under 11" in page
    chinese = text_of(sign_in("desk").get("/models/", headers={"accept-language": "zh-hans"}))
    assert "可供学习的结果过少" in chinese and "Too few" not in chinese


def test_a_card_says_how_good_what_moved_what_it_could_not_know_and_its_limits(learnt, sign_in):
    page = text_of(sign_in("desk").get(ADDRESS))
    for words in (
        "0.71",
        "0.4%",
        "tenure_days",
        "moved",
        "0.331",
        "what a contact would change",
        "dealt by lot",
        "PIA-",
    ):
        assert words in page, words
    assert "Decide" not in page.replace("Decided", "")


def test_compliance_retires_a_model_and_leaves_it_to_its_recipe_again_with_reasons(learnt, sign_in):
    client = sign_in("compliance.hlife")
    assert "Retire it" in text_of(client.get(ADDRESS))
    for what, why in (("RETIRE", "drifted too far"), ("RECIPE", "learnt anew"), ("APPROVE", "best of the year")):
        answer = client.post(
            f"{ADDRESS}ruling/", {"command_id": str(new_id()), "what": what, "fit": "f" * 32, "why": why}, follow=True
        )
        assert answer.status_code == 200 and why in text_of(answer)
    assert [one.rule for one in rulings_of(Viewer.of_group(), MODEL)] == ["BY_HAND", "AUTOMATIC", "RETIRED"]


def test_a_decision_without_a_reason_is_refused_and_nobody_else_decides(learnt, sign_in):
    without = {"command_id": str(new_id()), "what": "RETIRE", "why": " "}
    assert sign_in("compliance.hlife").post(f"{ADDRESS}ruling/", without).status_code == 422
    assert sign_in("desk").post(f"{ADDRESS}ruling/", without | {"why": "so"}).status_code == 403


def test_a_model_that_is_not_there_is_not_found_and_before_the_first_release_there_is_none(learnt, sign_in):
    assert sign_in("desk").get("/models/PROPENSITY:NO.SUCH/").status_code == 404
