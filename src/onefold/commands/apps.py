from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

PLANS_KEPT = 1_000
"""Statements whose plan a connection keeps; the pages know some hundreds, and a driver's default of 100 would forget them."""


def keep_plans(connection: Any, **_: Any) -> None:
    connection.connection.prepared_max = PLANS_KEPT


class CommandsConfig(AppConfig):
    name = "onefold.commands"
    label = "commands"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(keep_plans)
