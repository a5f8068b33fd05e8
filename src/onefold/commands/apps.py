import select
from typing import Any

from django.apps import AppConfig
from django.core.signals import request_started
from django.db.backends.signals import connection_created

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


class CommandsConfig(AppConfig):
    name = "onefold.commands"
    label = "commands"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(keep_plans)
        request_started.connect(let_go_of_the_dead)
