"""What is kept while a release is in force: never another's, never yesterday's, and always what would be read."""

from __future__ import annotations

from typing import Any

import pytest

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.catalogue.queries import product_names
from onefold.domains.organisation.queries import companies
from onefold.domains.releases import kept as keeping
from onefold.domains.releases.kept import kept, kept_for_all
from onefold.web.names import names_for, products_for

VIEWERS = [
    Viewer.of_group(roles=frozenset({"CROSS_SELLING_DESK"})),
    Viewer.of_company("HLIFE", roles=frozenset({"COMPANY_MANAGER"})),
    Viewer.of_company("HLIFE", roles=frozenset({"COMPLIANCE"})),
    Viewer.of_company("HPC", roles=frozenset({"COMPANY_MANAGER"})),
    Viewer.of_seller("HL1001", "HLIFE"),
    Viewer.of_seller("HL1002", "HLIFE"),
    Viewer.of_customer("00000000-0000-0000-0000-000000000001"),
    Viewer.of_customer("00000000-0000-0000-0000-000000000002"),
]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    keeping._kept.clear()


def asked_by(viewer: Viewer, value: object, *more: str) -> object:
    with reading(viewer):
        return kept(viewer, "test", lambda: value, *more)


def test_nobody_gets_what_was_made_for_other_rights(harbour: str) -> None:
    for viewer in VIEWERS:
        assert asked_by(viewer, viewer) == viewer
    for viewer in VIEWERS:
        assert asked_by(viewer, "made anew") == viewer, "the same rights get what is kept"
    assert asked_by(VIEWERS[0], "in Chinese", "zh-Hans") == "in Chinese"


def test_a_colleague_with_the_same_rights_gets_the_same(harbour: str) -> None:
    one, other = (Viewer.of_company("HPC", key, frozenset({"COUNTER"})) for key in ("user:1", "user:2"))
    assert asked_by(one, 1) == asked_by(other, 2) == 1


def test_another_activation_makes_it_anew_and_an_action_is_never_answered_from_it(harbour: str, as_role: Any) -> None:
    viewer = VIEWERS[1]
    assert asked_by(viewer, "before") == "before"
    with as_role("batch"):
        from onefold.domains.releases.models import Activation, ActiveRelease

        with reading(Viewer.system("test")):
            now = ActiveRelease.objects.select_related("activation").get()
        again = Activation(release_id=now.release_id, activated_at=now.activation.activated_at, activated_by="test")
        again.save()
        ActiveRelease.objects.filter(pk=now.pk).update(activation=again)
    assert asked_by(viewer, "after") == "after"
    assert kept_for_all(viewer, "test", lambda: "outside a reading") == "outside a reading"


def test_what_everybody_gets_is_the_same_for_everybody(harbour: str) -> None:
    told = []
    for viewer in VIEWERS:
        keeping._kept.clear()
        with reading(viewer):
            names = names_for(viewer, "en")
            assert (names.company_rows, products_for(viewer)) == (companies(viewer), product_names(viewer))
            told.append((names, products_for(viewer)))
    assert all(one == told[0] for one in told) and told[0][1]
