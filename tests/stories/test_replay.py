"""What was decided is decided again: a whole release from its own lake, and each decision from its evidence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from onefold.analytics.decide.again import decide_again
from onefold.commands.viewer import Viewer
from onefold.domains.releases.queries import active_release_id
from onefold.domains.rulebook import loaded
from onefold.seam import datasets, store


@pytest.fixture
def release(harbour) -> Path:
    return Path(settings.VAR) / "lake" / "runs" / active_release_id(Viewer.of_group())


def test_a_releases_decisions_come_out_of_its_lake_once_more_to_the_byte(release):
    again = decide_again(release, loaded())
    assert (again.same, again.by_other_code, again.by_other_rules) == (True, False, False)
    assert again.rows > 30


def test_a_lake_that_was_changed_afterwards_is_noticed(release, tmp_path):
    copy = tmp_path / release.name
    shutil.copytree(release, copy)
    blocks = store.read(copy, datasets.CONSENTS)
    store.write(copy, datasets.CONSENTS, blocks.slice(0, 0))
    assert not decide_again(copy, loaded()).same
