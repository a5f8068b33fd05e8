"""The backend as Django finds it (`ENGINE`). While the server is known to be away nobody waits for a log-on."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from psycopg import IsolationLevel, OperationalError

from onefold.commands.postgres import lookups
from onefold.commands.postgres.watched import ServerSilent, Watched
from onefold.embedded.pulse import pulse_of

PLANS_KEPT_MAX = 500
"""Statements a connection keeps prepared. The doors have some three hundred; with fewer kept each is planned again and again."""

lookups.install()


class DatabaseWrapper(base.DatabaseWrapper):
    """`settings_dict["BORNE_S"]`: for how many seconds a connection bears a server that answers nobody."""

    def ensure_connection(self) -> None:
        """One that was given up, or cut, makes room for the next by itself, in whatever loop or thread it is asked."""
        if self.connection is not None and self.connection.closed and not self.in_atomic_block:
            self.close()
        super().ensure_connection()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Watched:
        self.isolation_level = IsolationLevel.READ_COMMITTED
        pulse = pulse_of(conn_params)
        if pulse.is_away:
            raise ServerSilent(f"the database does not answer: {pulse.cause}")
        try:
            connection = Watched.connect(**conn_params)
        except OperationalError as error:
            pulse.note_silence(str(error))
            raise
        connection.prepared_max = PLANS_KEPT_MAX
        connection.watched_by(pulse, float(self.settings_dict.get("BORNE_S", 0.0)))
        return connection
