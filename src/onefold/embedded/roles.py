"""The roles and the database they meet in. Run at every start, on the embedded server and on an external one alike.

owner     owns the database and its schema, runs migrations, may create databases (tests); row security holds it too (FORCE)
app       web processes: rows of the viewer's scope only; nothing of users, passwords, sessions, jobs
signin    web processes, for sign-in alone: users, sessions, second factors; nothing of the business
batch     jobs: has policies of its own; web processes never learn its password
reporter  reads what a migration expressly grants, nothing by default
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import errors, sql

from onefold.embedded.refusals import MayNotMakeRoles, PasswordRefused, RolesTaken, RolesUnsafe, TooOld, Unreachable
from onefold.embedded.urls import Connection

DATABASE = "onefold"
OLDEST_VERSION = 150000
ONE_AT_A_TIME = 0x0_4E_0F_01D  # any number of our own, the same in every process


@dataclass(frozen=True)
class Role:
    name: str
    createdb: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)


def waiting(statement: str, idle: str) -> dict[str, str]:
    """No session waits for ever: not for a lock, not for a runaway statement, not for a client that went away."""
    return {"lock_timeout": "5s", "statement_timeout": statement, "idle_in_transaction_session_timeout": idle}


ROLES = {
    "owner": Role("onefold_owner", createdb=True, settings=waiting("0", "10min")),
    "app": Role("onefold_app", settings=waiting("30s", "60s")),
    "signin": Role("onefold_signin", settings=waiting("10s", "30s")),
    "reporter": Role("onefold_reporter", settings=waiting("60s", "60s")),
    "batch": Role("onefold_batch", settings=waiting("0", "10min")),
}
WALLED = ("app", "signin", "reporter", "batch")
HELD = ("app", "signin")
"""Roles of processes that strangers talk to: what their sessions start with is ours alone."""


def ensure(admin: Connection, passwords: Mapping[str, str], *, adopt: bool) -> dict[str, Connection]:
    """Make the server fit: roles, passwords, database, grants. Returns a connection per role; does nothing twice.

    With `adopt`, a role that exists with another password gets ours; without, `RolesTaken` (somebody else may be using it).
    """
    with logged_on(admin) as session, at_the_door(admin):
        require_version(session)
        session.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        connections = {}
        for key, role in ROLES.items():
            made = make(session, role)
            connections[key] = admin.as_user(role.name, passwords[key]).to(DATABASE)
            give_password(session, connections[key].to(session.info.dbname), fresh=made, adopt=adopt)
        for key in WALLED:
            refuse_unsafe(session, ROLES[key])
        attempt(session, CHECKS_AS_SETS)
        prepare_database(connections["owner"], DATABASE, door=session.info.dbname)
    return connections


@contextmanager
def logged_on(connection: Connection) -> Iterator[psycopg.Connection[Any]]:
    """An autocommit session of the administrator, on the database named or, where that does not exist yet, on `postgres`."""
    try:
        session = open_session(connection)
    except psycopg.OperationalError as error:
        try:
            session = open_session(connection.to("postgres"))
        except psycopg.OperationalError:
            if is_wrong_password(error):
                raise PasswordRefused(host=connection.host, user=connection.user) from None
            raise unreachable(connection, error) from None
    with session:
        yield session


def open_session(connection: Connection) -> psycopg.Connection[Any]:
    return psycopg.connect(**connection.parameters(), autocommit=True)


def unreachable(connection: Connection, error: Exception) -> Unreachable:
    lines = str(error).strip().splitlines()
    return Unreachable(
        host=connection.host, port=connection.port, user=connection.user, cause=lines[-1] if lines else "?"
    )


@contextmanager
def at_the_door(admin: Connection) -> Iterator[None]:
    try:
        yield
    except errors.InsufficientPrivilege as error:
        raise MayNotMakeRoles(user=admin.user, host=admin.host, cause=error.diag.message_primary) from None


def require_version(session: psycopg.Connection[Any]) -> None:
    if session.info.server_version < OLDEST_VERSION:
        raise TooOld(version=session.info.server_version // 10000)


def make(session: psycopg.Connection[Any], role: Role) -> bool:
    """Create the role or mend it; True when it is new. Only differences are written: a mere CREATEROLE may not touch more."""
    known = session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role.name]).fetchone()
    if not known:
        createdb = "CREATEDB" if role.createdb else "NOCREATEDB"
        words = f"LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {createdb}"
        session.execute(sql.SQL(f"CREATE ROLE {{}} {words}").format(sql.Identifier(role.name)))
    else:
        take_powers(session, role)
    if role in [ROLES[key] for key in HELD]:
        take_back_settings(session, role)
    give_settings(session, role)
    return not known


def take_powers(session: psycopg.Connection[Any], role: Role) -> None:
    """Undo what would open the wall: attributes and memberships. What we may not undo, `refuse_unsafe` finds."""
    for word in powers_of(session, role):
        attempt(session, sql.SQL("ALTER ROLE {} {}").format(sql.Identifier(role.name), sql.SQL(f"NO{word}")))
    for group in groups_of(session, role):
        attempt(session, sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), sql.Identifier(role.name)))


def attempt(session: psycopg.Connection[Any], statement: sql.SQL | sql.Composed) -> None:
    with suppress(errors.InsufficientPrivilege):
        session.execute(statement)


def powers_of(session: psycopg.Connection[Any], role: Role) -> list[str]:
    row = session.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = %s", [role.name]
    ).fetchone()
    return [
        word
        for word, has in zip(("SUPERUSER", "BYPASSRLS", "CREATEROLE", "REPLICATION"), row or (), strict=True)
        if has
    ]


def groups_of(session: psycopg.Connection[Any], role: Role) -> list[str]:
    rows = session.execute(
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid"
        " JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s",
        [role.name],
    )
    return [name for (name,) in rows]


def refuse_unsafe(session: psycopg.Connection[Any], role: Role) -> None:
    why = [*powers_of(session, role), *(f"member of {group}" for group in groups_of(session, role))]
    if why:
        raise RolesUnsafe(role=role.name, why=", ".join(why))


def give_settings(session: psycopg.Connection[Any], role: Role) -> None:
    """Only what is not set: an operator's own value stays."""
    row = session.execute("SELECT coalesce(rolconfig, '{}') FROM pg_roles WHERE rolname = %s", [role.name]).fetchone()
    known = {item.partition("=")[0] for item in (row[0] if row else [])}
    for name, value in role.settings.items():
        if name not in known:
            session.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(role.name), sql.Identifier(name), sql.Literal(value)
                )
            )


FOREIGN_SETTINGS = """
    SELECT coalesce(d.datname, ''), split_part(item, '=', 1) FROM pg_db_role_setting s
    JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS item
    WHERE r.rolname = %s AND NOT (s.setdatabase = 0 AND item = ANY (%s))
"""


def foreign_settings(session: psycopg.Connection[Any], role: Role) -> list[tuple[str, str]]:
    """(database or '', setting) of what a role's sessions would start with and that is not ours."""
    ours = [f"{name}={value}" for name, value in role.settings.items()]
    return [(database, name) for database, name in session.execute(FOREIGN_SETTINGS, [role.name, ours])]


def take_back_settings(session: psycopg.Connection[Any], role: Role) -> None:
    """PostgreSQL lets every role change what its own sessions start with, and nothing can forbid it: so it is undone at each
    start, and in between each session of ours says what holds (`config.databases`), which comes before a role's setting.
    """
    for database, name in foreign_settings(session, role):
        place = sql.SQL(" IN DATABASE {}").format(sql.Identifier(database)) if database else sql.SQL("")
        words = sql.SQL("ALTER ROLE {}{} RESET {}")
        attempt(
            session,
            words.format(sql.Identifier(role.name), place, sql.SQL(".").join(map(sql.Identifier, name.split(".")))),
        )


def give_password(session: psycopg.Connection[Any], connection: Connection, *, fresh: bool, adopt: bool) -> None:
    """Log on as the role: the only proof that its password fits. The server is given a SCRAM verifier, never the password."""
    if not fresh and lets_in(connection):
        return
    if not fresh and not adopt:
        raise RolesTaken(host=connection.host, role=connection.user)
    verifier = session.pgconn.encrypt_password(connection.password.encode(), connection.user.encode(), b"scram-sha-256")
    user, secret = sql.Identifier(connection.user), sql.Literal(verifier.decode())
    session.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(user, secret))
    if not lets_in(connection):
        raise Unreachable(
            host=connection.host, port=connection.port, user=connection.user, cause="refused with its new password"
        )


def lets_in(connection: Connection) -> bool:
    """False when the password is wrong. Anything else that stops a log-on is raised as it is."""
    try:
        open_session(connection).close()
    except psycopg.OperationalError as error:
        if is_wrong_password(error):
            return False
        raise unreachable(connection, error) from None
    return True


def is_wrong_password(error: psycopg.OperationalError) -> bool:
    """A failed log-on carries no SQLSTATE, only a sentence; where the server speaks another language, ask libpq instead."""
    said = str(error)
    translated = "FATAL" not in said and error.pgconn is not None and error.pgconn.used_password
    return translated or "password authentication failed" in said or "not permitted to log in" in said


def prepare_database(
    owner: Connection, name: str, *, template: str | None = None, door: str = "postgres"
) -> Connection:
    """Make database `name` of the owner if there is none, open it to the other roles; returns the owner's connection to it.

    `template` copies another database of the owner (no session may be on that one). `door`: a database that exists.
    """
    with open_session(owner.to(door)) as session:
        if not session.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            create_database(session, name, template)
        for statement in DATABASE_GRANTS:
            session.execute(sql.SQL(statement).format(database=sql.Identifier(name)))
    with open_session(owner.to(name)) as session:
        for statement in SCHEMA_GRANTS:
            session.execute(statement)
    return owner.to(name)


def drop_database(owner: Connection, name: str, *, door: str = "postgres") -> None:
    """Drop a database of the owner, ending the sessions on it. For tests and rebuilt copies."""
    with open_session(owner.to(door)) as session:
        session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def create_database(session: psycopg.Connection[Any], name: str, template: str | None) -> None:
    """A new database orders text by code point wherever it lives, so that results agree between servers."""
    if template:
        words: sql.Composable = sql.SQL("TEMPLATE {}").format(sql.Identifier(template))
    elif session.info.server_version >= 170000:
        words = sql.SQL(f"{EMPTY} LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LC_COLLATE 'C' LC_CTYPE 'C'")
    else:
        words = sql.SQL(f"{EMPTY} LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
    session.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), words))


CHECKS_AS_SETS = sql.SQL("GRANT SET ON PARAMETER session_replication_role TO onefold_batch")
"""Jobs check the references of a release as sets (`commands.references`). A server that does not allow it is only slower."""
EMPTY = "TEMPLATE template0 ENCODING 'UTF8'"
DATABASE_GRANTS = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO onefold_app, onefold_signin, onefold_reporter, onefold_batch",
    "GRANT TEMPORARY ON DATABASE {database} TO onefold_batch",
)
# Defaults for tables that migrations will make: all for jobs (the tables' own migrations take away again: audit, postings),
# nothing for web processes, who get what a migration expressly grants. Never `GRANT ... ON ALL TABLES` here: run at each
# start, it would quietly give back what a migration took. What every role has is written down in docs/reference/privileges.md.
SCHEMA_GRANTS = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO onefold_app, onefold_signin, onefold_reporter, onefold_batch",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM onefold_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM onefold_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO onefold_batch",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO onefold_batch",
)
