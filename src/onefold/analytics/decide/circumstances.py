"""What companies were told of a customer: who is gone, who may not decide alone, how much risk and cost somebody can bear.

Of each source record the latest statement of a kind counts; of several records the one that protects the customer most
(for incomes the highest band, so that only what is surely too much is refused).
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import known
from onefold.kernel.periods import add_months
from onefold.policy import Rulebook

GONE = ("DECEASED", "CLOSED", "IN_LIQUIDATION")


def circumstances(lake: Lake, rulebook: Rulebook, as_of: date, known_on: date) -> ir.Table:
    """customer_id, gone, incapable, limited, refuses_profiling, risk_level, income; empty where nobody said anything."""
    told = lake.table("circumstances")
    told = told.filter(told.told_on <= as_of, known(told, known_on))
    newest = ibis.window(group_by=["source_id", "kind"], order_by=[told.told_on.desc(), told.value])
    told = told.mutate(place=ibis.row_number().over(newest))
    told = told.filter(told.place == 0)
    members = lake.table("memberships").select("source_id", "customer_id")
    told = told.inner_join(members, "source_id").select("customer_id", "kind", "value", "told_on")
    bands: dict[str, int] = rulebook.value("suitability.income_bands", on=as_of)
    income = told.value.cases(*bands.items(), else_=ibis.null("int64")) if bands else ibis.null("int64")
    level = ibis.ifelse(told.kind == "RISK_LEVEL", told.value, ibis.null("string")).cast("int64")
    months = rulebook.value_or("suitability.risk_result_valid_months", as_of, 0)
    tested = (told.told_on > add_months(as_of, -months)) if months else ibis.literal(True)

    def said(kind: str, *values: str) -> ir.BooleanValue:
        return ((told.kind == kind) & told.value.isin(values)).any()

    return told.group_by("customer_id").aggregate(
        gone=said("STATUS", *GONE),
        incapable=said("CAPACITY", "NONE"),
        limited=said("CAPACITY", "LIMITED"),
        refuses_profiling=said("PROFILING", "REFUSED"),
        risk_level=ibis.ifelse(tested, level, ibis.null("int64")).min(),
        income=ibis.ifelse(told.kind == "INCOME", income, ibis.null("int64")).max().cast("int64"),
    )
