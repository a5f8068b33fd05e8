"""The counting rule: which contracts count as held, and until when. Here and nowhere else (the oracle says it again on purpose)."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

IN_FORCE = "IN_FORCE"
ENDED = ("LAPSED", "CANCELLED", "EXPIRED", "SURRENDERED")

RULE = {
    "en": (
        "A contract in force counts from its first day until its last. One that lapsed, was cancelled, expired or was "
        "surrendered counts until the day it ended, and never beyond the day on which the group learnt of the end; if "
        "nobody says when it ended, it does not count at all."
    ),
    "zh-Hans": (
        "有效合同自生效日起至终止日止计入。已失效、撤销、满期或退保的合同计至其终止日，且不晚于集团得知终止之日；未说明终止日的，一概不计入。"
    ),
}


def counted_until(contracts: ir.Table) -> ir.DateColumn:
    """Return the first day on which a contract version no longer counts; empty = open.

    Of an ended contract some companies send the agreed end of the term, not the day it really ended: hence the day of
    knowledge as upper bound.
    """
    learnt_on = contracts.known_from.date()
    return ibis.cases(
        (contracts.status == IN_FORCE, contracts.valid_until), else_=ibis.least(contracts.valid_until, learnt_on)
    )


def is_counted(contracts: ir.Table) -> ir.BooleanColumn:
    """Whether a contract version counts for at least one day, by its status and the ends it states."""
    ended = contracts.status.isin(ENDED) & contracts.valid_until.notnull()
    return (contracts.status == IN_FORCE) | ended
