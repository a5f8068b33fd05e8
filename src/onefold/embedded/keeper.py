"""The role that copies the embedded server: it may replicate and read no table."""

from __future__ import annotations

import psycopg
from psycopg import sql

from onefold.embedded import roles
from onefold.embedded.urls import Connection

NAME, KEY = "onefold_keeper", "keeper"
SLOT = "onefold_keeping"
SUMMARIES_SINCE = 170000


def ensure(admin: Connection, password: str) -> Connection:
    """Make the role or mend it, and let the server note which blocks change; returns the role's connection."""
    mine = admin.as_user(NAME, password).to("postgres")
    with roles.open_session(admin) as session:
        if not session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]).fetchone():
            session.execute(f"CREATE ROLE {NAME} LOGIN REPLICATION NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB")
        if not roles.lets_in(mine):
            verifier = session.pgconn.encrypt_password(password.encode(), NAME.encode(), b"scram-sha-256")
            session.execute(sql.SQL(f"ALTER ROLE {NAME} PASSWORD {{}}").format(sql.Literal(verifier.decode())))
        if session.info.server_version >= SUMMARIES_SINCE:
            summarize(session, on=True)
    return mine


def summarize(session: psycopg.Connection[object], *, on: bool) -> None:
    """Incremental backups ask the server what changed since the one before."""
    now = session.execute("SELECT current_setting('summarize_wal') = 'on'").fetchone()
    if now != (on,):
        session.execute("ALTER SYSTEM SET summarize_wal = on" if on else "ALTER SYSTEM RESET summarize_wal")
        session.execute("SELECT pg_reload_conf()")


def release(admin: Connection) -> None:
    """Nobody receives the log any more."""
    with roles.open_session(admin) as session:
        session.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s AND NOT active",
            [SLOT],
        )
        if session.info.server_version >= SUMMARIES_SINCE:
            summarize(session, on=False)
