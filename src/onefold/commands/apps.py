import select
from typing import Any

from django.apps import AppConfig
from django.core.signals import request_started
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.signals import connection_created
from psycopg.errors import UndefinedTable

from onefold.embedded.versions import APPLIED, SchemaNewer, refuse_newer

PLANS_KEPT = 1_000
"""Statements whose plan a connection keeps; the pages know some hundreds, and a driver's default of 100 would forget them."""


def keep_plans(connection: Any, **_: Any) -> None:
    connection.connection.prepared_max = PLANS_KEPT


def let_go_of_the_dead(**_: Any) -> None:
    """A server that goes away says so and closes its end, which shows without asking: from a connection at rest nothing is to be
    read. So a request after a restart gets a new connection, and all the others wait for no question.
    """
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if connection.connection is None or connection.in_atomic_block:
            continue
        if connection.connection.closed:  # given up while somebody waited
            connection.close()
            continue
        something_said = select.poll()
        something_said.register(connection.connection.fileno(), select.POLLIN)
        if something_said.poll(0) and not connection.is_usable():
            connection.close()


_compared: set[str] = set()
"""databases whose steps this process knows all"""


def refuse_newer_tables(connection: Any, **_: Any) -> None:
    """At a process's first connection: tables of a newer version are none of its business. Raises `SchemaNewer`."""
    place = connection.settings_dict["NAME"]
    if connection.alias != DEFAULT_DB_ALIAS or place in _compared:
        return
    try:
        refuse_newer(connection.connection.execute(APPLIED).fetchall())
    except UndefinedTable:  # nothing is there yet
        return
    except SchemaNewer:
        connection.close()
        raise
    _compared.add(place)


class CommandsConfig(AppConfig):
    name = "onefold.commands"
    label = "commands"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(keep_plans)
        connection_created.connect(refuse_newer_tables)
        request_started.connect(let_go_of_the_dead)
