"""Every word of the doors in Chinese, compiled and committed."""

from __future__ import annotations

from pathlib import Path

import pytest

from onefold.web.ui.translations import faults

WEB = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "folder", [WEB, WEB / "cockpit", WEB / "terminal", WEB / "backoffice", WEB / "portal"], ids=lambda path: path.name
)
def test_the_catalogue_is_complete_and_compiled(folder: Path) -> None:
    assert faults(folder) == []
