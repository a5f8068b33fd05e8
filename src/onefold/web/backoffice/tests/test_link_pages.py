"""The steward's page of doubtful links: masked, ruled upon, taken back, and told to the next run."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.customers.links import links_of, rulings_that_hold
from onefold.domains.customers.models import LinkCandidate, SourceRecord
from onefold.domains.releases.queries import active_release_id
from onefold.kernel.ids import new_id
from onefold.web.tests.pages import text_of

SYSTEM = Viewer.system("test")
STEWARD = Viewer.of_company("HPC", "steward.hpc", frozenset({"DATA_STEWARD"}))


@pytest.fixture
def pair(harbour, as_role) -> tuple[str, str]:
    """Harbour Group is too small for likeness; here its release doubts a record of P&C's and one of the bank's."""
    with as_role("batch"):
        with reading(SYSTEM):
            own = SourceRecord.objects.filter(company_id="HPC", kind="PERSON").order_by("source_key").first()
            other = SourceRecord.objects.filter(company_id="HBANK", kind="PERSON").order_by("source_key").first()
            release = active_release_id(SYSTEM)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true), set_config('app.at', now()::text, true)")
            LinkCandidate.objects.create(
                release_id=release, source_record_id=own.source_record_id, other_record_id=other.source_record_id,
                company_id="HPC", other_company_id="HBANK", probability_ppm=812_000,
                levels=["NAME_CHARACTER", "BIRTH_SAME"], outcome="REVIEW",
            )  # fmt: skip
    return str(own.source_record_id), str(other.source_record_id)


def test_a_doubtful_pair_says_why_and_shows_no_whole_name(pair, sign_in, as_role):
    page = text_of(sign_in("steward.hpc").get("/links/"))
    for words in ("81.2%", "one character of the name differs", "same date of birth", "for a person to judge", "*"):
        assert words in page, words
    with as_role("batch"), reading(SYSTEM):
        names = list(SourceRecord.objects.filter(source_record_id__in=pair).values_list("name", flat=True))
    assert not [name for name in names if name in page]
    chinese = text_of(sign_in("steward.hpc").get("/links/", headers={"accept-language": "zh-hans"}))
    assert "姓名差一个字" in chinese and "待人工判断" in chinese


def test_a_steward_refuses_a_link_and_takes_it_back_and_the_next_run_is_told(pair, sign_in, as_role):
    client, address = sign_in("steward.hpc"), f"/links/{pair[0]}/{pair[1]}/ruling/"
    answer = client.post(address, {"command_id": str(new_id()), "verdict": "DIFFERENT", "why": "twins"}, follow=True)
    assert "Two customers" in text_of(answer) and "twins" in text_of(answer)
    with as_role("batch"), reading(SYSTEM):
        assert [row["verdict"] for row in rulings_that_hold()] == ["DIFFERENT"]
    client.post(address, {"command_id": str(new_id()), "verdict": "OPEN", "why": "they are not"})
    with as_role("batch"), reading(SYSTEM):
        assert rulings_that_hold() == []
    (link,) = links_of(STEWARD)
    assert [said.verdict for said in link.said] == ["OPEN", "DIFFERENT"]


def test_without_a_reason_or_by_another_companys_steward_nothing_is_ruled(pair, sign_in):
    address = f"/links/{pair[0]}/{pair[1]}/ruling/"
    silent = {"command_id": str(new_id()), "verdict": "SAME", "why": " "}
    assert sign_in("steward.hpc").post(address, silent).status_code == 422
    assert links_of(Viewer.of_company("HLIFE", "x", frozenset({"DATA_STEWARD"}))) == []


def test_an_empty_list_says_so(harbour, sign_in):
    assert "No pair of this kind has a record of your company." in text_of(sign_in("steward.hpc").get("/links/"))
