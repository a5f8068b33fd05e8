"""How the installation does, for people; and legal holds, set and lifted at the page by two roles."""

from __future__ import annotations

import os
import re
from pathlib import Path

from django.db import connection

from onefold.commands import clock, scope
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.models import Membership, SourceRecord
from onefold.domains.retention.queries import holds_in_force, holds_of
from onefold.kernel.ids import new_id
from onefold.web.tests.browsing import browsing, checked, served
from onefold.web.tests.pages import english as english

JOBS = Viewer.system("test")
PAGE = "/installation/"


def set_hold(client, **fields):
    return client.post(f"{PAGE}holds/", {"command_id": new_id(), "why": "case 7", **fields}, follow=True)


def test_compliance_holds_a_customer_by_its_number_and_lifts_it(harbour, sign_in, as_role):
    client = sign_in("compliance.hlife")
    with as_role("batch"), reading(JOBS):
        record = SourceRecord.objects.filter(company_id="HLIFE").select_related("membership").first()
    assert "Nothing is held" in client.get(PAGE).content.decode()
    said = set_hold(client, subject="CUSTOMER", number="no such number").content.decode()
    assert "known here" in said and not holds_of(Viewer.of_company("HLIFE"))
    said = set_hold(client, subject="CUSTOMER", number=record.source_key).content.decode()
    assert "It is held from now on." in said and record.name in said and "case 7" in said
    with as_role("batch"), reading(JOBS):
        assert holds_in_force(JOBS).customers == {str(record.membership.customer_id)}
    assert record.name not in sign_in("desk").get(PAGE).content.decode()
    (hold,) = holds_of(Viewer.of_company("HLIFE"))
    end = client.post(f"{PAGE}holds/{hold.hold_id}/end/", {"command_id": new_id(), "why": "closed"}, follow=True)
    assert "It is no longer held." in end.content.decode() and "closed" in end.content.decode()


def test_a_hold_follows_the_person_when_customers_are_joined_and_parted(harbour, sign_in, as_role):
    """As a release changes memberships, and as taking it back does."""
    client = sign_in("compliance.hlife")
    with as_role("batch"), reading(JOBS):
        one, other, third = SourceRecord.objects.filter(company_id="HLIFE").select_related("membership")[:3]
        ids = [str(record.membership.customer_id) for record in (one, other, third)]
    assert len(set(ids)) == 3
    set_hold(client, subject="CUSTOMER", number=one.source_key)
    assert held(as_role) == {ids[0]}
    belongs(as_role, one, ids[1])
    assert held(as_role) == set(ids[:2]), (
        "the record is another customer now; what stands under the first id stays held"
    )
    assert one.name in client.get(PAGE).content.decode() or other.name in client.get(PAGE).content.decode()
    belongs(as_role, third, ids[1])
    assert held(as_role) == set(ids), "who joins the held person is held with all that was theirs"
    belongs(as_role, one, ids[0])
    assert held(as_role) == set(ids), "what was protected once is protected until somebody lifts it"
    (hold,) = holds_of(Viewer.of_company("HLIFE"))
    client.post(f"{PAGE}holds/{hold.hold_id}/end/", {"command_id": new_id(), "why": "closed"})
    assert held(as_role) == set()


def held(as_role) -> set[str]:
    with as_role("batch"), reading(JOBS):
        return set(holds_in_force(JOBS).customers)


def belongs(as_role, record: SourceRecord, customer_id: str) -> None:
    """As a release merges it: with the triggers of each row set aside (`commands.references`)."""
    with as_role("batch"), scope.entered(JOBS, clock.now(), read_only=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        assert Membership.objects.filter(source_record=record).update(customer_id=customer_id) == 1


def test_the_desk_holds_everything_and_a_steward_only_looks(harbour, sign_in):
    assert "It is held from now on." in set_hold(sign_in("desk"), subject="EVERYTHING").content.decode()
    steward = sign_in("steward.hpc")
    page = steward.get(PAGE).content.decode()
    assert "in force" in page and f"{PAGE}holds/" not in page
    assert set_hold(steward, subject="EVERYTHING").status_code == 403
    assert set_hold(sign_in("compliance.hlife"), subject="EVERYTHING").status_code == 403


def test_everything_kept_stands_with_its_term(harbour, sign_in, english):
    page = re.sub(r"\s+", " ", sign_in("desk").get(PAGE).content.decode())
    assert "20 years" in page and "Who looked at a customer" in page and "Measured" in page


def test_the_page_fits_and_is_accessible(harbour, sign_in, as_role, chromium):
    from onefold.jobs import measuring, pruning

    with as_role("batch"):
        measuring.measure()
        for kind in ("evidence", "outbox", "deliveries"):
            pruning.actions.note_kept(pruning.JOBS, kind=kind, on=pruning.today(pruning.clock.now()))
    set_hold(sign_in("desk"), subject="COMPANY", company="HLIFE")
    people = [sign_in("desk"), sign_in("compliance.hlife"), sign_in("steward.hpc")]
    shots = os.environ.get("ONEFOLD_SHOTS")
    with served() as address, browsing(chromium, address, people) as page_of:
        for place, width, language, path in (
            (0, 390, "zh-CN", PAGE), (0, 1440, "en", PAGE), (1, 390, "en", PAGE), (1, 1440, "zh-CN", PAGE),
            (2, 390, "zh-CN", "/operations/"), (2, 1440, "en", "/operations/"),
        ):  # fmt: skip
            page = page_of(place, width, language)
            page.goto(path)
            checked(page)
            if shots:
                page.screenshot(path=Path(shots) / f"{place}-{width}-{language}.png", full_page=True)
