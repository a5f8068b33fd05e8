"""Somebody has the web processes' own connection to the database, and types. Row 6 and issue 13, section 3.4."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

SCOPES = "UPDATE organisation_userscope SET company_code = 'HLIFE'"
FORBIDDEN = {
    "give a user another company": SCOPES,
    "give oneself a scope": "INSERT INTO organisation_userscope (user_id, role, company_code, seller_code, customer_code) VALUES (1, 'COMPLIANCE', 'HLIFE', '', '')",
    "take a scope away": "DELETE FROM organisation_userscope",
    "read who may see what": "SELECT * FROM organisation_userscope",
    "make a user": "INSERT INTO auth_user (username, password, is_superuser, is_staff, is_active, first_name, last_name, email, date_joined) VALUES ('eve', '', true, true, true, '', '', '', now())",
    "change a password": "UPDATE auth_user SET password = 'pbkdf2_sha256$1$a$b'",
    "let a disabled user in": "UPDATE auth_user SET is_active = true",
    "read the hashes of passwords": "SELECT password FROM auth_user",
    "read who there is": "SELECT username FROM auth_user",
    "drop users": "DELETE FROM auth_user",
    "take over a session": "SELECT session_key FROM django_session",
    "make a session": "INSERT INTO django_session VALUES ('k', 'd', now())",
    "read second factors": "SELECT * FROM mfa_authenticator",
    "drop a second factor": "DELETE FROM mfa_authenticator",
    "drop the tries to sign in": "DELETE FROM organisation_signintry",
    "make a job": "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('pipeline', 'onefold.run_pipeline', 0, null, null, '{}', null)::procrastinate_job_to_defer_v1])",
    "change a job": "UPDATE procrastinate_jobs SET task_name = 'onefold.settle_month'",
    "read jobs": "SELECT args FROM procrastinate_jobs",
    "say that a migration has run": "INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', '9999', now())",
    "undo a migration's mark": "DELETE FROM django_migrations",
    "change the audit": "UPDATE commands_auditline SET actor = 'user:1'",
    "delete from the audit": "DELETE FROM commands_auditline",
    "empty the audit": "TRUNCATE commands_auditline",
    "put a line between others": "INSERT INTO commands_auditline (number, audit_id, command_id, action, actor, company, subject, facts, at) OVERRIDING SYSTEM VALUE VALUES (1, gen_random_uuid(), gen_random_uuid(), 'a', 'b', '', '', '{}', now())",
    "seal the audit": "INSERT INTO commands_auditseal (company, seal_no, number_from, number_until, lines, head_sha256, at) VALUES ('', 1, 0, 1, 0, '', now())",
    "declare lines over": "INSERT INTO commands_auditbreak VALUES (gen_random_uuid(), '', 'PRUNED', 0, 9, 99, '', '', now(), '', '')",
    "set row triggers aside": "SET session_replication_role = replica",
    "take the wall down": "ALTER TABLE holdings_contract DISABLE ROW LEVEL SECURITY",
    "start every session as somebody": "ALTER ROLE onefold_app SET app.viewer = 'system'",
    "become the owner": "SET ROLE onefold_owner",
    "become the jobs": "SET SESSION AUTHORIZATION onefold_batch",
    "make a function": "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "make a table": "CREATE TABLE mine (n int)",
    "read the verifiers of the roles' passwords": "SELECT rolpassword FROM pg_authid",
    "read the server's files": "SELECT pg_read_file('/etc/passwd')",
    "run a program": "COPY commands_democlock TO PROGRAM 'id'",
    "change the clock": "UPDATE commands_democlock SET at = now()",
}
OF_OTHERS = {
    "sign-in reads customers": "SELECT * FROM holdings_contract",
    "sign-in gives a user another company": SCOPES,
    "sign-in makes a user": FORBIDDEN["make a user"],
    "sign-in lets a disabled user in": FORBIDDEN["let a disabled user in"],
    "sign-in reads the audit": "SELECT * FROM commands_auditline",
    "sign-in deletes from the audit": FORBIDDEN["delete from the audit"],
    "sign-in makes a job": FORBIDDEN["make a job"],
}
OF_JOBS = {
    name: FORBIDDEN[name]
    for name in (
        "give a user another company", "make a user", "change a password", "read the hashes of passwords",
        "read second factors", "change the audit", "delete from the audit", "empty the audit", "put a line between others",
        "say that a migration has run",
    )
}  # fmt: skip


def refused(connections, role: str, statement: str) -> None:
    here = connections[role].to(connection.settings_dict["NAME"])
    with (
        psycopg.connect(**here.parameters(), autocommit=True) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute(
            "SELECT set_config('app.viewer', 'company', false), set_config('app.company', 'HLIFE', false), set_config('app.actor', 'user:1', false), set_config('app.at', now()::text, false)"
        )
        session.execute(statement)


def test_the_web_processes_own_role_is_refused_each_of_them(database, connections):
    for statement in FORBIDDEN.values():
        refused(connections, "app", statement)


def test_the_sign_in_opens_nothing_of_the_business_and_no_rights(database, connections):
    for statement in OF_OTHERS.values():
        refused(connections, "signin", statement)


def test_jobs_write_neither_users_nor_what_is_written(database, connections):
    for statement in OF_JOBS.values():
        refused(connections, "batch", statement)


def test_a_line_is_written_in_the_name_and_the_book_of_whoever_looks(database, connections):
    """Another company's audit, or another user's name, cannot be written into."""
    line = "INSERT INTO commands_auditline (audit_id, command_id, action, actor, company, subject, facts, at) VALUES (gen_random_uuid(), gen_random_uuid(), 'a', %s, %s, '', '{}', now())"
    here = connections["app"].to(connection.settings_dict["NAME"])
    with psycopg.connect(**here.parameters(), autocommit=True) as session:
        session.execute(
            "SELECT set_config('app.viewer', 'company', false), set_config('app.company', 'HLIFE', false), set_config('app.actor', 'user:1', false), set_config('app.at', now()::text, false)"
        )
        for actor, company in (("user:2", "HLIFE"), ("user:1", "HBANK"), ("user:1", "")):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(line, [actor, company])
        session.execute(line, ["user:1", "HLIFE"])


def test_a_session_of_ours_starts_as_we_say_whatever_a_role_was_told(database, connections):
    """PostgreSQL lets a role change what its sessions start with; ours say it themselves, which comes first."""
    from django.db import connections as django_connections

    name = connection.settings_dict["NAME"]
    here = connections["app"].to(name)
    told = (
        "statement_timeout = 0",
        "search_path = pg_temp",
        "default_transaction_read_only = on",
        "row_security = off",
    )
    with psycopg.connect(**here.parameters(), autocommit=True) as session:
        for words in told:
            session.execute(f"ALTER ROLE onefold_app IN DATABASE {name} SET {words}")
    django_connections.close_all()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('app.viewer'), current_setting('search_path'), current_setting('default_transaction_read_only'), current_setting('row_security')"
        )
        assert cursor.fetchone() == ("30s", "", "public", "off", "on")
