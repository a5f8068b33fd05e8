"""Facts this room tells others. Written set-based while a release is merged, one event for each changed contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ContractIssued:
    contract_id: str
    company: str
    series: str
    status: str


@dataclass(frozen=True)
class ContractEnded:
    contract_id: str
    company: str
    series: str
    status: str
