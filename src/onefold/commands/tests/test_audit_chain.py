"""The audit's chain: what is written, sealed and written down outside; and what somebody does to it who owns the database."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from onefold.commands import clock, heads, proof, sealing
from onefold.commands.tests.sealed import seal_all
from onefold.commands.viewer import Viewer
from onefold.kernel.ids import new_id

WRITE = (
    "INSERT INTO commands_auditline (audit_id, command_id, action, actor, company, subject, facts, at)"
    " SELECT gen_random_uuid(), gen_random_uuid(), 'test.look', 'user:' || n %% 7, (ARRAY['HLIFE', 'HBANK', ''])[1 + n %% 3],"
    " 'subject ' || n, jsonb_build_object('n', n), now() FROM generate_series(1, %s::int) n"
)
SAY_NOTHING = "ALTER TABLE {0} DISABLE TRIGGER USER; ALTER TABLE {0} NO FORCE ROW LEVEL SECURITY"


def write(count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [count])


@pytest.fixture
def sealed(database, as_role, tmp_path):
    """Three companies' lines in three links each, and their heads outside."""
    key = heads.SigningKey.of(bytes(range(32)))
    with as_role("batch"):
        for _ in range(3):
            write(30)
            assert seal_all(clock.now()) == 3
            heads.write_down(tmp_path / "heads", key, "2026-06", proof.heads_now())
        yield tmp_path / "heads"


def proved(folder: Path) -> proof.Proof:
    return proof.verify(heads.read(folder), heads.verifiers(folder))


def as_owner(connections, statement: str, values: list | None = None) -> int:
    """What only the owner of the tables can do, who takes walls and triggers down first."""
    here = connections["owner"].to(connection.settings_dict["NAME"])
    with psycopg.connect(**here.parameters()) as session:
        for table in ("commands_auditline", "commands_auditseal"):
            session.execute(SAY_NOTHING.format(table))
        return session.execute(statement, values).rowcount


def test_untouched_it_is_whole(sealed):
    found = proved(sealed)
    assert (found.lines, found.links, found.heads, found.faults) == (90, 9, 9, [])
    assert sealing.unsealed(clock.now()) == (0, 0.0)


LAST = "(SELECT max(number) FROM commands_auditline)"
TAMPERING = {
    "a word in the last line": f"UPDATE commands_auditline SET subject = 'another' WHERE number = {LAST}",
    "a fact in the first": "UPDATE commands_auditline SET facts = '{}' WHERE number = 1",
    "who did it": "UPDATE commands_auditline SET actor = 'user:9' WHERE number = 40",
    "when": "UPDATE commands_auditline SET at = at + interval '1 microsecond' WHERE number = 40",
    "the last line deleted": f"DELETE FROM commands_auditline WHERE number = {LAST}",
    "one in the middle deleted": "DELETE FROM commands_auditline WHERE number = 45",
    "one moved to another company": "UPDATE commands_auditline SET company = 'HBANK' WHERE number = 3 AND company <> 'HBANK'",
    "two change places": "UPDATE commands_auditline SET subject = CASE number WHEN 3 THEN 'subject 6' ELSE 'subject 3' END WHERE number IN (3, 6)",
    "one put in": "INSERT INTO commands_auditline (number, audit_id, command_id, action, actor, company, subject, facts, at)"
    " OVERRIDING SYSTEM VALUE VALUES (-5, gen_random_uuid(), gen_random_uuid(), 'a', 'b', 'HLIFE', '', '{}', now())",
    "one put in for a company without a chain": "INSERT INTO commands_auditline (number, audit_id, command_id, action, actor, company, subject, facts, at)"
    " OVERRIDING SYSTEM VALUE VALUES (-5, gen_random_uuid(), gen_random_uuid(), 'a', 'b', 'HPC', '', '{}', now())",
    "a link deleted with its lines": "WITH s AS (DELETE FROM commands_auditseal WHERE company = 'HLIFE' AND seal_no = 3 RETURNING *)"
    " DELETE FROM commands_auditline l USING s WHERE l.company = s.company AND l.number > s.number_from",
    "the whole chain of a company deleted": "WITH s AS (DELETE FROM commands_auditseal WHERE company = 'HLIFE') DELETE FROM commands_auditline WHERE company = 'HLIFE'",
}


@pytest.mark.parametrize("what", TAMPERING)
def test_whatever_the_owner_of_the_database_does_is_found(sealed, connections, what):
    assert as_owner(connections, TAMPERING[what]) > 0
    assert not proved(sealed).is_whole, what


def test_a_chain_reckoned_anew_is_found_by_the_heads_outside(sealed, connections):
    """Somebody changes the last line and seals the whole company again, as we would."""
    as_owner(connections, f"UPDATE commands_auditline SET actor = 'user:9' WHERE number = {LAST}")
    as_owner(connections, "DELETE FROM commands_auditseal")
    seal_all(clock.now())
    assert proof.verify().is_whole, "the database alone does not know better"
    found = proved(sealed)
    assert len(found.faults) >= 3 and "is not the one whose head was written down" in found.faults[0]


def test_a_head_that_was_forged_or_changed_is_not_believed(sealed, tmp_path):
    for path in sealed.glob("*.jsonl"):
        path.write_text(path.read_text().replace('"link": 3', '"link": 2'))
    assert any("not signed by a known key" in fault for fault in proved(sealed).faults)


def test_what_is_being_written_meanwhile_is_sealed_later_and_once(database, as_role, connections):
    """A number is drawn before another's and committed after it: no line is passed over."""
    sealer = sealing.Sealer()
    here = connections["batch"].to(connection.settings_dict["NAME"])
    with as_role("batch"), psycopg.connect(**here.parameters()) as slow:
        slow.execute(WRITE, [3])
        write(3)
        sealer.seal(clock.now())
        assert sealer.seal(clock.now()) == 0, "somebody may still bring a smaller number"
        assert proof.verify().lines == 0
        slow.commit()
        assert sealer.seal(clock.now()) == 3
        write(3)
        sealer.seal(clock.now())
        sealer.seal(clock.now())
        found = proof.verify()
        assert (found.lines, found.faults) == (9, [])


def test_two_sealers_at_once_make_one_chain(database, as_role):
    with as_role("batch"):
        write(60)

        def seal() -> None:
            seal_all(clock.now())
            connection.close()

        threads = [threading.Thread(target=seal) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        found = proof.verify()
        assert (found.lines, found.links, found.faults) == (60, 3, [])


def declared(folder, as_role, key, **said):
    signed = proof.signed_break(key, by="root", why="a test", **said)
    with as_role("owner"):
        return proof.declare_break(Viewer.system("cli"), new_id(), said=signed)


def test_retention_takes_lines_only_where_it_says_so_and_the_rest_stays_proved(sealed, as_role, connections, tmp_path):
    key = heads.SigningKey.of(bytes(range(32)))
    here = connections["owner"].to(connection.settings_dict["NAME"])
    with psycopg.connect(**here.parameters()) as session, pytest.raises(psycopg.errors.IntegrityError):
        session.execute("DELETE FROM commands_auditline WHERE company = 'HLIFE'")
    until = next(said for said in heads.read(sealed) if said["company"] == "HLIFE" and said["link"] == 2)["until"]
    done = declared(sealed, as_role, key, company="HLIFE", kind=proof.PRUNED, links=(1, 2), number_until=until)
    assert done["lines"] == 20
    found = proved(sealed)
    assert (found.lines, found.links, found.faults) == (70, 9, []) and "pruned up to link 2" in found.declared[0]
    seal_all(clock.now())
    assert proved(sealed).is_whole, "the chain goes on"
    as_owner(
        connections, "UPDATE commands_auditline SET actor = 'user:9' WHERE company = 'HLIFE' AND number > %s", [until]
    )
    assert not proved(sealed).is_whole


def test_after_a_restore_the_lost_links_are_declared_and_the_chain_goes_on(sealed, as_role, connections, tmp_path):
    key = heads.SigningKey.of(bytes(range(32)))
    as_owner(connections, TAMPERING["a link deleted with its lines"])  # what a restore to an earlier moment looks like
    assert not proved(sealed).is_whole
    write(30)
    seal_all(clock.now())  # the sealer runs again before anybody has declared anything
    lost = proof.lost_links(heads.read(sealed))
    assert lost == {("audit", "HLIFE"): (3, 3)}
    declared(sealed, as_role, key, company="HLIFE", kind=proof.RESTORED, links=(3, 3), number_until=0)
    assert proof.lost_links(heads.read(sealed)) == {}, "nobody declares it twice"
    write(30)
    seal_all(clock.now())
    heads.write_down(sealed, key, "2026-06", proof.heads_now())
    found = proved(sealed)
    assert found.is_whole and "restored from a backup" in found.declared[0]
    forged = [{**said, "link": 4} for said in heads.read(sealed)]
    assert not proof.verify(forged, heads.verifiers(sealed)).is_whole


def test_a_break_that_nobody_signed_is_a_fault(sealed, connections):
    as_owner(connections, TAMPERING["the whole chain of a company deleted"])
    values = [str(uuid4())]
    here = connections["batch"].to(connection.settings_dict["NAME"])
    with psycopg.connect(**here.parameters()) as session:
        session.execute(
            "INSERT INTO commands_auditbreak VALUES (%s, 'HLIFE', 'RESTORED', 1, 3, 0, 'nothing to see', 'me', now(), '0123456789abcdef', '00')",
            values,
        )
    assert any("is not signed by a known key" in fault for fault in proved(sealed).faults)
