"""Which role this process connects as. The command that starts a process hands it one role's address and no other."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from onefold.embedded import Connection

ROLE_OF_PROCESS = {"web": "app", "jobs": "batch", "setup": "owner"}
HANDED = "ONEFOLD_DATABASE"
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


def handed_over(connection: Connection) -> dict[str, str]:
    """Return the environment by which a process learns its one connection."""
    return {HANDED: json.dumps(connection.parameters() | {"password": connection.password})}


def database(environment: str | None = None) -> dict[str, Any]:
    """Return Django's entry for the connection handed over; without one, an entry that says so on the first query."""
    words: dict[str, str] = json.loads(environment or os.environ.get(HANDED, "{}"))
    host = words.pop("host", "nowhere: start me with ./onefold")
    user = words.pop("user", "onefold_app")
    return {
        "ENGINE": "onefold.commands.postgres",
        "HOST": host,
        "PORT": words.pop("port", ""),
        "NAME": words.pop("dbname", "onefold"),
        "USER": user,
        "PASSWORD": words.pop("password", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,  # `commands` looks, which costs nothing
        "BORNE_S": 0.0 if user == "onefold_app" else JOBS_BEAR_S,
        # Planning a query behind two walls costs ten times what running it costs: a connection keeps its plans.
        "OPTIONS": words
        | LINE
        | {"server_side_binding": True, "prepare_threshold": 1, "options": f"{PLANNED_ONCE} {LETS_GO}"},
    }


@contextmanager
def connected_as(connections: Mapping[str, Connection], role: str) -> Iterator[None]:
    """Connect this process as another role for a while: for the commands that set up and run jobs by themselves."""
    from django.db import connection

    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(database(handed_over(connections[role])[HANDED]))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
