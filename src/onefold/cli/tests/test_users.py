"""`onefold user`: who is made, shown, disabled; what is refused with what is known."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from onefold.cli import people, place
from onefold.commands.models import AuditLine
from onefold.domains.organisation.models import UserScope


@pytest.fixture
def told(harbour, connections, monkeypatch, capsys):
    """Run `onefold user WORDS` on this test's database; (exit code, what it said)."""
    here = {role: known.to(connection.settings_dict["NAME"]) for role, known in connections.items()}
    monkeypatch.setattr(place, "connections", lambda: here)
    monkeypatch.setattr(place, "migrate", lambda found: None)

    def run(*words: str, password: str = "correct horse battery") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        code = people.user(list(words))
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_user_is_made_shown_disabled_and_enabled_and_each_of_it_stands_in_the_companys_audit(told, as_role):
    assert told("mei", "COUNTER", "--company", "HBANK") == (0, "mei may sign in as COUNTER of HBANK.\n")
    assert told("mei", "DATA_STEWARD", "--company", "HBANK")[0] == 0
    line = next(line for line in told("--list")[1].splitlines() if line.startswith("mei "))
    assert "DATA_STEWARD" in line and "HBANK" in line and "in use" in line and "never signed in" in line
    assert "0 session(s) ended" in told("--disable", "mei")[1]
    assert "disabled" in next(line for line in told("--list")[1].splitlines() if line.startswith("mei "))
    assert told("--enable", "mei")[0] == 0
    with as_role("batch"):
        actions = list(
            AuditLine.objects.filter(company="HBANK", action__endswith="_user")
            .order_by("number")
            .values_list("action", flat=True)
        )
        facts = str(list(AuditLine.objects.filter(action="organisation.set_user").values_list("facts", flat=True)))
    assert actions == [f"organisation.{word}_user" for word in ("set", "set", "disable", "enable")]
    assert "battery" not in facts and "pbkdf2" not in facts


def test_what_is_not_known_is_refused_with_what_is(told, as_role):
    code, said = told("eve", "COUNTER", "--company", "NOWHERE")
    assert code == 1 and "no company NOWHERE" in said and "HBANK" in said and "HLIFE" in said
    code, said = told("eve", "SELLER", "--company", "HLIFE", "--seller", "ZZ9")
    assert code == 1 and "no seller ZZ9" in said and "HL1001" in said
    code, said = told("--disable", "eve")
    assert code == 1 and "There is no user eve" in said
    assert told("eve", "COUNTER", "--company", "HBANK", password="short")[0] == 1
    with pytest.raises(SystemExit):
        told("eve", "EMPEROR")
    with as_role("owner"):
        assert not get_user_model().objects.filter(username="eve").exists()
        assert not UserScope.objects.filter(company_code="NOWHERE").exists()
