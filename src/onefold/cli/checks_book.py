"""The doctor's look at the book: is all money accounted for. Asked as the batch role, which alone sees the whole of it."""

from __future__ import annotations

import psycopg

from onefold.cli.findings import Finding, fail, ok
from onefold.domains.ledger.invariants import broken as broken_of
from onefold.domains.settlement.invariants import CHECKS
from onefold.embedded import roles, urls


def examine(batch: urls.Connection) -> Finding:
    """All invariants over the whole book. Raises nothing: a database that is not set up yet has no book to be wrong."""
    try:
        with roles.open_session(batch) as session, session.cursor() as cursor:
            broken = broken_of(cursor, CHECKS)
    except psycopg.errors.UndefinedTable:
        return ok("book", "not made yet; the first start makes it", "尚未建立；首次启动时自动建立")
    if not broken:
        known = len(CHECKS)
        return ok(
            "book", f"all {known} invariants of ledger and settlement hold", f"账簿与结算的 {known} 项不变式全部成立"
        )
    return fail(
        "book",
        (
            "; ".join(f"{check.code} does not hold: {check.en}" for check in broken),
            "；".join(f"{check.code} 不成立：{check.zh}" for check in broken),
        ),
        (
            "Stop the settlement, compare with the last backup, and find who changed the tables.",
            "请停止结算，与最近的备份核对，并查明是谁修改了数据表。",
        ),
    )
