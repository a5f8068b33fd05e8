"""The roles stand behind the wall, on our server and on somebody else's; running it again changes nothing."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from onefold import embedded
from onefold.embedded import passwords, roles
from onefold.embedded.tests.places import ask

WALLED_TABLE = """
DROP TABLE IF EXISTS walled;
CREATE TABLE walled (company text, fact text);
ALTER TABLE walled ENABLE ROW LEVEL SECURITY;
ALTER TABLE walled FORCE ROW LEVEL SECURITY;
CREATE POLICY app_scope ON walled TO onefold_app USING (company = current_setting('app.company', true));
CREATE POLICY batch_all ON walled TO onefold_batch USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON walled TO onefold_app;
"""
ATTRIBUTES = """
SELECT array_agg(rolname || ' ' || rolsuper || rolbypassrls || rolcreaterole || rolcreatedb || rolreplication ORDER BY rolname)
FROM pg_roles WHERE rolname LIKE 'onefold\\_%' AND rolname <> 'onefold_admin'
"""


@pytest.fixture(scope="module")
def connections(shared_var: Path) -> dict[str, embedded.Connection]:
    return embedded.ensure(shared_var, test=True)


@pytest.fixture(scope="module")
def admin(shared_var: Path, connections: dict[str, embedded.Connection]) -> embedded.Connection:
    return embedded.administrator(shared_var, test=True)


def test_no_role_of_the_product_has_powers(admin: embedded.Connection) -> None:
    assert ask(admin, ATTRIBUTES) == [
        "onefold_app falsefalsefalsefalsefalse",
        "onefold_batch falsefalsefalsefalsefalse",
        "onefold_owner falsefalsefalsetruefalse",
        "onefold_reporter falsefalsefalsefalsefalse",
        "onefold_signin falsefalsefalsefalsefalse",
    ]
    assert (
        ask(
            admin,
            "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE rolname ~ '^onefold_'",
        )
        == 0
    )


def test_row_security_holds_app_and_owner_and_lets_batch_through(connections: dict[str, embedded.Connection]) -> None:
    ask(connections["owner"], WALLED_TABLE)
    ask(connections["batch"], "INSERT INTO walled VALUES ('HLIFE', 'a'), ('HBANK', 'b')")
    count = "SELECT count(*) FROM walled"
    assert ask(connections["batch"], count) == 2
    assert ask(connections["app"], count) == 0
    assert ask(connections["owner"], count) == 0
    with psycopg.connect(**connections["app"].parameters()) as session:
        session.execute("SELECT set_config('app.company', 'HLIFE', true)")
        assert session.execute("SELECT array_agg(fact) FROM walled").fetchone() == (["a"],)
    with pytest.raises(errors.InsufficientPrivilege):
        ask(connections["reporter"], count)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine ()",
        "CREATE TEMPORARY TABLE mine ()",
        "CREATE SCHEMA mine",
        "SET ROLE onefold_owner",
        "SET ROLE onefold_batch",
        "TRUNCATE walled",
        "DROP TABLE walled",
        "ALTER TABLE walled DISABLE ROW LEVEL SECURITY",
        "ALTER ROLE onefold_app BYPASSRLS",
    ],
)
def test_the_app_role_may_not(connections: dict[str, embedded.Connection], statement: str) -> None:
    ask(connections["owner"], WALLED_TABLE)
    with pytest.raises(errors.InsufficientPrivilege):
        ask(connections["app"], statement)


def test_no_session_waits_for_ever(connections: dict[str, embedded.Connection]) -> None:
    waits = "SELECT concat_ws(' ', current_setting('lock_timeout'), current_setting('statement_timeout'), "
    waits += "current_setting('idle_in_transaction_session_timeout'))"
    assert {key: ask(connection, waits) for key, connection in connections.items()} == {
        "owner": "5s 0 10min",
        "app": "5s 30s 1min",
        "signin": "5s 10s 30s",
        "reporter": "5s 1min 1min",
        "batch": "5s 0 10min",
    }


def test_running_again_gives_nothing_back_that_a_migration_or_an_operator_changed(
    var: Path, connections: dict[str, embedded.Connection], admin: embedded.Connection
) -> None:
    ask(
        connections["owner"],
        "DROP TABLE IF EXISTS journal; CREATE TABLE journal (n int); INSERT INTO journal VALUES (1)",
    )
    ask(connections["batch"], "UPDATE journal SET n = 2")
    ask(connections["owner"], "REVOKE UPDATE ON journal FROM onefold_batch")
    ask(admin, "ALTER ROLE onefold_batch SET idle_in_transaction_session_timeout = '45s'")
    try:
        batch = embedded.ensure(var, test=True)["batch"]
        assert ask(batch, "SHOW idle_in_transaction_session_timeout") == "45s"
        with pytest.raises(errors.InsufficientPrivilege):
            ask(batch, "UPDATE journal SET n = 3")
    finally:
        ask(admin, "ALTER ROLE onefold_batch RESET idle_in_transaction_session_timeout")


def test_what_a_web_role_tells_its_own_sessions_is_undone_at_the_next_start(
    var: Path, connections: dict[str, embedded.Connection], admin: embedded.Connection
) -> None:
    """PostgreSQL lets it; nothing can forbid it (no event trigger sees roles)."""
    app = connections["app"]
    ask(app, "ALTER ROLE onefold_app SET statement_timeout = 0")
    ask(app, "ALTER ROLE onefold_app SET work_mem = '64kB'")
    ask(app, "ALTER ROLE onefold_app IN DATABASE onefold SET default_transaction_read_only = on")
    with psycopg.connect(**admin.parameters()) as session:
        assert len(roles.foreign_settings(session, roles.ROLES["app"])) == 3
    embedded.ensure(var, test=True)
    with psycopg.connect(**admin.parameters()) as session:
        assert roles.foreign_settings(session, roles.ROLES["app"]) == []
    assert ask(app, "SHOW statement_timeout") == "30s"


def test_a_table_just_made_is_shut_to_web_processes(connections: dict[str, embedded.Connection]) -> None:
    ask(connections["owner"], "DROP TABLE IF EXISTS brand_new; CREATE TABLE brand_new (n bigserial)")
    for role in ("app", "signin", "reporter"):
        for statement in (
            "SELECT n FROM brand_new",
            "INSERT INTO brand_new VALUES (1)",
            "SELECT nextval('brand_new_n_seq')",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                ask(connections[role], statement)


def test_powers_that_crept_in_are_taken_away_at_the_next_start(var: Path, admin: embedded.Connection) -> None:
    ask(admin, "ALTER ROLE onefold_app SUPERUSER BYPASSRLS; GRANT onefold_owner TO onefold_batch")
    app = embedded.ensure(var, test=True)["app"]
    assert ask(app, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") is False
    assert ask(admin, "SELECT pg_has_role('onefold_batch', 'onefold_owner', 'MEMBER')") is False


def test_a_copied_database_is_open_to_the_same_roles_and_apart_from_its_template(
    connections: dict[str, embedded.Connection],
) -> None:
    owner = connections["owner"]
    embedded.drop_database(owner, "copy")
    embedded.drop_database(owner, "template_of_copy")
    template = embedded.prepare_database(owner, "template_of_copy")
    ask(template, "CREATE TABLE figures AS SELECT 1 AS n")
    embedded.prepare_database(owner, "copy", template="template_of_copy")
    ask(connections["batch"].to("copy"), "INSERT INTO figures VALUES (2)")
    assert ask(connections["batch"].to("copy"), "SELECT sum(n) FROM figures") == 3
    assert ask(connections["batch"].to("template_of_copy"), "SELECT sum(n) FROM figures") == 1
    embedded.drop_database(owner, "copy")
    with pytest.raises(psycopg.OperationalError):
        ask(connections["app"].to("copy"), "SELECT 1")


def test_a_server_that_logs_every_statement_never_sees_a_password(var: Path, admin: embedded.Connection) -> None:
    ask(admin, "ALTER SYSTEM SET log_statement = 'all'")
    ask(admin, "SELECT pg_reload_conf()")
    file = var / "secrets/database.json"
    before = passwords.load(file)
    passwords.replace(file, {**before, "app": "a quite new password"})
    try:
        embedded.ensure(var, test=True)
    finally:
        passwords.replace(file, before)
        embedded.ensure(var, test=True)
        ask(admin, "ALTER SYSTEM RESET log_statement")
        ask(admin, "SELECT pg_reload_conf()")
    log = (var / "pg/server.log").read_text()
    assert 'ALTER ROLE "onefold_app"' in log and "SCRAM-SHA-256$" in log
    assert "a quite new password" not in log


def test_only_versions_from_15_on_are_accepted(
    connections: dict[str, embedded.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roles, "OLDEST_VERSION", 990000)
    with (
        psycopg.connect(**connections["app"].parameters()) as session,
        pytest.raises(embedded.DatabaseUnavailable, match="TOO_OLD"),
    ):
        roles.require_version(session)
