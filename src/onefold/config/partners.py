"""Where the companies' cores and the payment gateway are to be found. Without a configuration nobody is, and no order begins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def partners(environment: Mapping[str, str]) -> str:
    """Return what `partners.machines.AddressBook` reads: the content of the operator's file (ONEFOLD_PARTNERS), else what the
    group of processes of a demonstration was handed (ONEFOLD_SANDBOX), else nothing."""
    file = environment.get("ONEFOLD_PARTNERS", "")
    if file:
        return Path(file).read_text(encoding="utf-8")
    return environment.get("ONEFOLD_SANDBOX", "") if environment.get("ONEFOLD_DEMO") == "1" else ""
