"""What the rooms' models say is what their migrations make."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command


def test_no_model_is_ahead_of_its_migrations(database) -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())
