"""The database: an embedded PostgreSQL of our own, or the external server that DATABASE_URL names. One entry: `ensure`.

connections = embedded.ensure(var)          # starts what must be started; safe to call from every process
psycopg.connect(**connections["app"].parameters())
"""

from __future__ import annotations

import os
from pathlib import Path

from onefold.embedded import cluster, keeper, passwords, roles, settings, urls
from onefold.embedded.cluster import Cluster
from onefold.embedded.refusals import DatabaseUnavailable, ForeignFolder, PasswordRefused
from onefold.embedded.roles import drop_database, prepare_database
from onefold.embedded.urls import Connection

__all__ = [
    "Cluster",
    "Connection",
    "DatabaseUnavailable",
    "administrator",
    "drop_database",
    "ensure",
    "is_external",
    "keeping_connection",
    "prepare_database",
    "running",
    "stop",
    "stop_keeping",
]

ADMIN = "admin"


def ensure(var: Path, *, test: bool = False) -> dict[str, Connection]:
    """A connection for each of owner, app, reporter and batch, to a database that answers and has its roles.

    Without DATABASE_URL the embedded server in `var`/pg is found, made or started first. `test` makes one that may be lost
    with the machine (fsync off). Raises `DatabaseUnavailable` with what to do.
    """
    known = secrets_of(var)
    if is_external():
        admin = urls.from_url(os.environ["DATABASE_URL"])
        return roles.ensure(admin, known, adopt=os.environ.get("ONEFOLD_ADOPT_ROLES") == "1")
    try:
        return roles.ensure(administrator(var, test=test), known, adopt=True)
    except PasswordRefused:  # var/secrets was lost or not restored with the rest
        cluster.reset_password(var / "pg", known[ADMIN], flavour=flavour(test))
        return roles.ensure(administrator(var, test=test), known, adopt=True)


def is_external() -> bool:
    return bool(os.environ.get("DATABASE_URL"))


def administrator(var: Path, *, test: bool = False) -> Connection:
    """The administrator's connection, the server started if need be: for backup and repair, not for the product."""
    if is_external():
        return urls.from_url(os.environ["DATABASE_URL"])
    password = secrets_of(var)[ADMIN]
    server = cluster.ensure_running(var / "pg", password, flavour=flavour(test))
    return Connection(server.host, server.port, "postgres", cluster.ADMINISTRATOR, password)


def keeping_connection(var: Path, *, test: bool = False) -> Connection:
    """The connection of the role that copies the embedded server, made if need be."""
    admin = administrator(var, test=test)
    password = passwords.load_or_make(var / "secrets", [keeper.KEY])[keeper.KEY]
    return keeper.ensure(admin, password)


def stop_keeping(var: Path) -> None:
    """Where nobody keeps the embedded server any more: let it no longer hold back its log for them."""
    if not is_external() and keeper.KEY in passwords.load(var / "secrets" / passwords.FILE):
        keeper.release(administrator(var))


def running(var: Path) -> Cluster | None:
    """The embedded server if it answers now; starts nothing."""
    return cluster.find_running(var / "pg")


def stop(var: Path, *, immediately: bool = False) -> bool:
    """Stop the embedded server, if any; False if it would not end."""
    return cluster.stop(var / "pg", immediately=immediately)


def flavour(test: bool) -> str:
    return settings.TEST if test else settings.REAL


def secrets_of(var: Path) -> dict[str, str]:
    folder = var / "secrets"
    try:
        return passwords.load_or_make(folder, [ADMIN, *roles.ROLES])
    except PermissionError:
        owner = next(known for known in (folder, *folder.parents) if known.exists()).stat().st_uid
        raise ForeignFolder(folder=folder, owner=owner) from None
