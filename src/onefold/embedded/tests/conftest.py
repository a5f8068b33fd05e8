"""Real PostgreSQL everywhere. `var` is one shared, running installation; `place` an empty folder for one of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onefold import embedded
from onefold.embedded.tests import places


@pytest.fixture(autouse=True)
def _no_external_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("DATABASE_URL", "ONEFOLD_ADOPT_ROLES"):
        monkeypatch.delenv(word, raising=False)


@pytest.fixture
def place() -> Iterator[Path]:
    with places.place() as folder:
        yield folder


@pytest.fixture(scope="session")
def shared_var() -> Iterator[Path]:
    with places.place() as folder:
        yield folder / "var"


@pytest.fixture
def var(shared_var: Path) -> Path:
    """A running installation that earlier tests may have stopped, killed or dirtied: it is brought back, not made anew."""
    if not embedded.running(shared_var):
        embedded.ensure(shared_var, test=True)
    return shared_var
