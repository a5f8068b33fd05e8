"""What companies were told of a customer, by feed or in Onefold: who is gone, who may not decide alone, how much risk and cost
somebody can bear, when somebody was born of whom no record says it.

Of each source record the latest statement of a kind counts; of several records the one that protects the customer most
(for incomes the highest band, so that only what is surely too much is refused). What was heard in Onefold by a company without a
record of the customer is one voice more.
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
    """customer_id, gone, incapable, limited, refuses_profiling, risk_level, income, heard_birth_month; empty where nobody said
    anything."""
    told = _told(lake, as_of, known_on)
    order = [told.told_on.desc(), told.recorded_at.desc(), told.told_id.desc()]
    newest = ibis.window(group_by=["customer_id", "voice", "kind"], order_by=order)
    told = told.mutate(place=ibis.row_number().over(newest))
    told = told.filter(told.place == 0)
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
        heard_birth_month=_birth(told),
    )


def _told(lake: Lake, as_of: date, known_on: date) -> ir.Table:
    """told_id, customer_id, voice, kind, value, told_on, recorded_at: every statement up to the day. An answer follows its record."""
    members = lake.table("memberships").select("source_id", "customer_id")
    sent = lake.table("circumstances")
    sent = sent.filter(sent.told_on <= as_of, known(sent, known_on)).inner_join(members, "source_id")
    heard = lake.table("answers")
    heard = heard.filter(heard.told_on <= as_of)
    now = members.rename(now="customer_id", record="source_id")
    heard = heard.left_join(now, heard.source_id == now.record)
    columns = ("told_id", "customer_id", "voice", "kind", "value", "told_on", "recorded_at")
    return (
        sent.mutate(told_id=sent.circumstance_id, voice=sent.source_id, recorded_at=sent.known_from)
        .select(*columns)
        .union(
            heard.mutate(
                told_id=heard.answer_id,
                customer_id=ibis.coalesce(heard.now, heard.customer_id),
                voice=heard.source_id.fill_null(""),
            ).select(*columns)
        )
    )


def _birth(told: ir.Table) -> ir.DateColumn:
    """The month that was heard last: ids of answers grow as time does."""
    born = told.kind == "BORN_ON"
    value, ids = (ibis.ifelse(born, column, ibis.null("string")) for column in (told.value, told.told_id))
    return value.argmax(ids).cast("date")
