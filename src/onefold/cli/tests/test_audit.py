"""The audit from the terminal: the book's heads are compared too, and a restore stands in the audit without anybody's doing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from onefold.cli import audit
from onefold.commands import clock, heads, proof
from onefold.commands.models import AuditLine
from onefold.domains.ledger.models import Seal
from onefold.domains.ledger.queries import BOOK, head_of_the_book, links_of_the_book
from onefold.keeping import state
from onefold.kernel import keys


@pytest.fixture
def here(database, connections) -> dict[str, Any]:
    return {role: known.to(connection.settings_dict["NAME"]) for role, known in connections.items()}


@pytest.fixture
def var(here, as_role, tmp_path) -> Path:
    """A book with two links, whose heads were written down."""
    key = heads.SigningKey.of(keys.current(settings.SECRETS, keys.AUDIT))
    with as_role("batch"):
        for number in (1, 2):
            Seal.objects.create(
                seal_id=number, number_until=number, journals=1, head_sha256=f"{number:064x}", at=clock.now()
            )
            heads.write_down(tmp_path / audit.HEADS, key, "2026-06", head_of_the_book())
    return tmp_path


def proved(var: Path, as_role) -> proof.Proof:
    folder = var / audit.HEADS
    with as_role("batch"):
        return proof.verify(heads.read(folder), heads.verifiers(folder), {BOOK: links_of_the_book()})


def as_owner(here: dict[str, Any], statement: str) -> None:
    with psycopg.connect(**here["owner"].parameters()) as session:
        session.execute(
            "ALTER TABLE ledger_seal DISABLE TRIGGER USER; ALTER TABLE ledger_seal NO FORCE ROW LEVEL SECURITY"
        )
        assert session.execute(statement).rowcount == 1


def test_a_book_that_was_sealed_anew_is_found_by_its_heads_outside(var, here, as_role, capsys):
    assert (proved(var, as_role).heads, proved(var, as_role).faults) == (2, [])
    as_owner(here, "UPDATE ledger_seal SET head_sha256 = 'forged' WHERE seal_id = 2")
    with as_role("batch"):
        assert audit.verify(var / audit.HEADS) == 1
    assert "link 2 of the ledger is not the one whose head was written down" in capsys.readouterr().err


def test_a_restore_stands_in_the_audit_and_verify_tells_what_it_lost(var, here, as_role):
    as_owner(here, "DELETE FROM ledger_seal WHERE seal_id = 2")  # what a restore to an earlier moment looks like
    assert not proved(var, as_role).is_whole
    state.note_restored(var, "20260630-1", "2026-06-30T10:40:00+00:00")
    for _ in range(2):  # the first command that works on it, and any other
        audit.note_restored(here, var)
    found = proved(var, as_role)
    assert found.is_whole and "the ledger: restored from a backup; lost were links up to 2" in found.declared[0]
    with as_role("batch"):
        line = AuditLine.objects.get(action="commands.note_restored")
    assert (line.subject, line.facts["lost"]) == ("20260630-1", [["ledger", "", 2, 2]])
    assert state.restored(var) is None


def test_a_restore_that_lost_nothing_stands_in_the_audit_too(var, here, as_role, capsys):
    state.note_restored(var, "20260630-1", "the end of the log")
    audit.note_restored(here, var)
    assert proved(var, as_role).declared == []
    with as_role("batch"):
        assert AuditLine.objects.get(action="commands.note_restored").facts["lost"] == []
        assert audit.verify(var / audit.HEADS) == 0
    assert "restored: backup 20260630-1, to the end of the log" in capsys.readouterr().out
