"""How a role reaches the database: plain parameters for psycopg, a URL for programs. The password never shows in a repr."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from onefold.embedded.refusals import BadAddress

CONNECT_TIMEOUT_S = "10"


@dataclass(frozen=True)
class Connection:
    """`host` is a name, an address or the folder of a Unix socket; `options` are further libpq words (sslmode, ...)."""

    host: str
    port: int
    dbname: str
    user: str
    password: str = field(repr=False)
    options: tuple[tuple[str, str], ...] = ()

    def to(self, dbname: str) -> Connection:
        return dataclasses.replace(self, dbname=dbname)

    def as_user(self, user: str, password: str) -> Connection:
        return dataclasses.replace(self, user=user, password=password)

    def parameters(self) -> dict[str, Any]:
        """For `psycopg.connect(**...)`. What is empty is left out, so that libpq's own defaults (and .pgpass) apply."""
        named = {
            "host": self.host,
            "port": str(self.port),
            "dbname": self.dbname,
            "user": self.user,
            "password": self.password,
        }
        given = {word: value for word, value in named.items() if value}
        return {"connect_timeout": CONNECT_TIMEOUT_S, **dict(self.options), **given}

    def url(self) -> str:
        """The same as a URL, **with the password**; a socket folder goes into the query, where libpq wants it."""
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        query = urlencode([("host", self.host), ("port", self.port), *self.options], quote_via=quote, safe="/")
        return f"postgresql://{quote(self.user, safe='')}{secret}@/{quote(self.dbname, safe='')}?{query}"


def from_url(url: str) -> Connection:
    """Parse DATABASE_URL (or a libpq `host=... user=...` line): the administrator of an external server."""
    try:
        words = {
            word: str(value) for word, value in conninfo_to_dict(url.replace("postgres://", "postgresql://", 1)).items()
        }
        host, port = words.pop("host", ""), int(words.pop("port", "5432"))
        user, password = words.pop("user", ""), words.pop("password", "")
        return Connection(host, port, words.pop("dbname", "postgres"), user, password, tuple(sorted(words.items())))
    except (psycopg.ProgrammingError, ValueError):
        raise BadAddress from None
