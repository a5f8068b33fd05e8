"""Which role this process connects as. The command that starts a process hands it that role's address and no other; a web
process gets a second one, which opens users, sessions and second factors and nothing of the business (`Sorting`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from onefold.embedded import Connection, roles

HANDED, HANDED_SIGN_IN = "ONEFOLD_DATABASE", "ONEFOLD_SIGNIN_DATABASE"
SIGN_IN = "signin"
"""The name of the second connection in Django's settings."""
OF_SIGN_IN = {"auth", "sessions", "mfa", "account", "contenttypes"}
PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
LETS_GO = "-c client_connection_check_interval=5s"
"""a long question whose asker has gone away ends by itself"""
LINE = {
    "connect_timeout": "2",
    "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3", "tcp_user_timeout": "30000",
}  # fmt: skip
"""how long a log-on may take, and when a line that carries nothing any more counts as broken (TCP only)"""
JOBS_BEAR_S = 15.0
"""a page says at once that the database is away; a job's question rides out a short one"""


def handed_over(connection: Connection, variable: str = HANDED) -> dict[str, str]:
    """Return the environment by which a process learns a connection."""
    return {variable: json.dumps(connection.parameters() | {"password": connection.password})}


def handed_to_web(connections: Mapping[str, Connection]) -> dict[str, str]:
    """Return the environment by which a web process learns its two connections."""
    return handed_over(connections["app"]) | handed_over(connections["signin"], HANDED_SIGN_IN)


def held(user: str) -> str:
    """Start-up options that come before whatever a role may have been told to start its sessions with."""
    role = next((role for role in roles.ROLES.values() if role.name == user), None)
    settings = {"search_path": "public", "row_security": "on", "default_transaction_read_only": "off"}
    settings |= dict.fromkeys(
        (f"app.{name}" for name in ("viewer", "company", "seller", "customer", "actor", "at")), ""
    )
    settings |= role.settings if role and role in [roles.ROLES[key] for key in roles.HELD] else {}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def database(environment: str | None = None) -> dict[str, Any]:
    """Return Django's entry for the connection handed over; without one, an entry that says so on the first query."""
    words: dict[str, str] = json.loads(environment or "{}")
    user = words.pop("user", "onefold_app")
    host = words.pop("host", "nowhere: start me with ./onefold")
    return {
        "ENGINE": "onefold.commands.postgres",
        "HOST": host,
        "PORT": words.pop("port", ""),
        "NAME": words.pop("dbname", "onefold"),
        "USER": user,
        "PASSWORD": words.pop("password", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,  # `commands` looks, which costs nothing
        "BORNE_S": 0.0 if user in ("onefold_app", "onefold_signin") else JOBS_BEAR_S,
        # Planning a query behind two walls costs ten times what running it costs: a connection keeps its plans.
        "OPTIONS": words
        | LINE
        | {
            "server_side_binding": True,
            "prepare_threshold": 1,
            "options": f"{PLANNED_ONCE} {LETS_GO} {held(user)}",
        },
    }


@contextmanager
def connected_as(connections: Mapping[str, Connection], role: str) -> Iterator[None]:
    """Connect this process as another role for a while: for the commands that set up and run jobs by themselves."""
    from django.db import connections as places

    roles_of = {"default": role} | ({SIGN_IN: "signin"} if role == "app" else {})
    before = {alias: dict(places[alias].settings_dict) for alias in roles_of}
    for alias, name in roles_of.items():
        places[alias].close()
        places[alias].settings_dict.update(database(handed_over(connections[name])[HANDED]))
    try:
        yield
    finally:
        for alias, settings in before.items():
            places[alias].close()
            places[alias].settings_dict.update(settings)


class Sorting:
    """Django's router: what is asked about users, sessions and second factors goes through the sign-in's own connection where
    this process is a web process; to every other process its one connection is all there is.
    """

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        from django.db import connection

        of_sign_in = model._meta.app_label in OF_SIGN_IN or getattr(model, "of_sign_in", False)
        in_web = connection.settings_dict["USER"] == roles.ROLES["app"].name
        return SIGN_IN if of_sign_in and in_web else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """The two connections lead to one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != SIGN_IN
