"""Onefold: one customer, one account, many products. `import onefold; release = onefold.open()` is the analyst's door."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any


def open(release: str = "latest", *, engine: str = "duckdb", var: str | Path | None = None) -> Any:
    """Open a release of this installation (the latest, or by the beginning of its id) as `onefold.analytics.door.Release`.

    `engine` is duckdb or spark; `var` the installation's folder (ONEFOLD_VAR, else `var`). Only the lake is opened: no name,
    number or address is in it. Raise LookupError where there is no such release.
    """
    # By name and not before it is asked for: everybody imports this package, few want an engine (adr/0010).
    return import_module("onefold.analytics.door").open_release(release, engine=engine, var=var)
