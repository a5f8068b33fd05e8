"""Code older than its schema refuses to start, and says which way out there is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from onefold.cli import checks_database
from onefold.cli.findings import Level
from onefold.commands import apps
from onefold.config.databases import connected_as, handed_over
from onefold.embedded.roles import open_session
from onefold.embedded.versions import SchemaNewer, known, refuse_newer

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture
def newer(database: str, connections: Any) -> str:
    """A database that a later version has migrated; this process has not looked at it yet."""
    here = {role: known_one.to(database) for role, known_one in connections.items()}
    with connected_as(here, "owner"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('orders', '0999_of_tomorrow', now())"
        )
    connection.close()
    apps._compared.discard(database)
    return database


def test_every_step_of_ours_is_known_and_a_strangers_is_none_of_our_business() -> None:
    assert ("commands", "0001_initial") in known() and len(known()) > 40
    refuse_newer([*known(), ("auth", "0999_whatever"), ("an_app_of_long_ago", "0001_initial")])
    with pytest.raises(SchemaNewer, match="0999_of_tomorrow"):
        refuse_newer([*known(), ("orders", "0999_of_tomorrow")])


def test_pages_say_so(newer: str) -> None:
    answer = Client(raise_request_exception=False).get("/demo/")
    assert answer.status_code == 503
    text = answer.content.decode()
    assert "SCHEMA_NEWER" in text and "newer version of Onefold" in text and "更新版本" in text


def test_jobs_do_not_start(newer: str, connections: Any) -> None:
    environment = {**os.environ, **handed_over(connections["batch"].to(newer))}
    words = [sys.executable, "-m", "onefold.jobs", "relay"]
    ended = subprocess.run(words, cwd=HOME, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 1 and "newer version of Onefold" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_nothing_is_migrated_and_the_doctor_tells(newer: str, connections: Any) -> None:
    from onefold.cli import schema

    here = {role: one.to(newer) for role, one in connections.items()}
    with connected_as(here, "owner"), pytest.raises(SchemaNewer):
        schema.migrate()
    with open_session(here["app"]) as session:
        (finding,) = checks_database.newer(session)
    assert finding.level is Level.FAIL and "orders.0999_of_tomorrow" in finding.said["zh-Hans"]
