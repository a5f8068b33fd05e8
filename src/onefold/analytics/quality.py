"""What each defect of a company's data costs downstream: records that could not be linked, offers nobody can decide.

A record *stands alone for want of a key* when it is linked to nothing, has no id number, and lacks this fact of the weaker key
(name, day of birth, phone). That is a bound from above: some of these people are known to one company only. An offer is
*undecidable* when nothing forbids it but gates that lack the fact; it counts for every company whose record could have said it.
"""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from onefold.analytics.engines.lake import Lake
from onefold.decision.gates import Gate
from onefold.seam.datasets import DEFECT_COSTS

AGE_GATES = Gate.TOO_YOUNG.bit | Gate.TOO_OLD.bit
"""The gates that ask for the day of birth."""

ROW_QUARANTINED, DOUBLED_RECORD = "ROW_QUARANTINED", "DOUBLED_RECORD"


def defect_costs(lake: Lake, company_of_feed: Mapping[str, str]) -> pa.Table:
    """Dataset `defect_costs`; a defect that no record of a company has gives no row.

    Reads source_records, memberships, decisions, arrivals. `company_of_feed`: who sends the feeds of the rulebook.
    """
    records = lake.kept(_records(lake))
    undecidable = lake.kept(_undecidable(lake))
    found = [
        _costs(records, undecidable, defect, have, lacks_key) for defect, (have, lacks_key) in _defects(records).items()
    ]
    found += [_doubled(records), _set_aside(lake, company_of_feed)]
    rows = ibis.union(*found).filter(lambda table: table.records > 0).order_by("company", "defect")
    return lake.arrow(rows).cast(DEFECT_COSTS.schema)


def _records(lake: Lake) -> ir.Table:
    """source_id, company, customer_id, and what of it is there. A fact of which nothing is known counts as there."""
    records, members = lake.table("source_records"), lake.table("memberships")
    person = records.kind == "PERSON"
    flagged = records.select(
        "source_id",
        "company",
        has_id=records.has_id_number.fill_null(True),
        has_name=records.has_name.fill_null(True),
        has_phone=records.has_phone.fill_null(True),
        # an organisation has no birth, hence never the weaker key; and nobody misses its birth
        has_birth=records.birth_month.notnull() | ~person,
        has_weak_birth=records.birth_month.notnull(),
        has_region=records.region.notnull(),
    )
    return flagged.inner_join(members, "source_id").select(
        "source_id", "company", "customer_id", "has_id", "has_name", "has_phone", "has_birth", "has_weak_birth", "has_region",
        alone=members.basis == "ALONE",
    )  # fmt: skip


def _defects(records: ir.Table) -> dict[str, tuple[ir.BooleanValue, ir.BooleanValue]]:
    """Each defect: which records have it, and which of them would want it for linking."""
    unnumbered = ~records.has_id
    weak = records.has_name & records.has_weak_birth & records.has_phone
    return {
        "NO_STRONG_KEY": (unnumbered & ~weak, unnumbered & ~weak),
        "NO_ID_NUMBER": (unnumbered, unnumbered),
        "NO_NAME": (~records.has_name, unnumbered),
        "NO_PHONE": (~records.has_phone, unnumbered),
        "NO_BIRTH_DATE": (~records.has_birth, unnumbered),
        "NO_REGION": (~records.has_region, ibis.literal(False)),
    }


def _costs(
    records: ir.Table, undecidable: ir.Table, defect: str, have: ir.BooleanValue, lacks_key: ir.BooleanValue
) -> ir.Table:
    marked = records.filter(have).mutate(unlinked=(records.alone & lacks_key).cast("int64"))
    counted = marked.group_by("company").aggregate(
        records=marked.count(), customers=marked.customer_id.nunique(), unlinked=marked.unlinked.sum()
    )
    if defect != "NO_BIRTH_DATE":
        return _shaped(counted.mutate(undecidable=ibis.literal(0, "int64")), defect)
    touched = marked.select("company", "customer_id").distinct().inner_join(undecidable, "customer_id")
    offers = touched.group_by("company").aggregate(offers=touched.offers.sum())
    joined = counted.left_join(offers, "company")
    return _shaped(joined.select(*counted.columns, undecidable=offers.offers.fill_null(0)), defect)


def _shaped(counted: ir.Table, defect: str) -> ir.Table:
    whole = {name: counted[name].cast("int64") for name in ("records", "customers", "unlinked", "undecidable")}
    return counted.select("company", defect=ibis.literal(defect), **whole)


def _undecidable(lake: Lake) -> ir.Table:
    """customer_id, offers: candidate offers that only the gates of age block, for want of the day of birth."""
    decisions = lake.table("decisions")
    pairs = decisions.select("customer_id", pair=decisions.blocked.zip(decisions.missing).unnest())
    masks = pairs.select("customer_id", blocked=pairs.pair["f1"], missing=pairs.pair["f2"])
    other = masks.missing | AGE_GATES  # unchanged by the gates of age unless another gate stands in the mask
    only = masks.filter(masks.blocked == masks.missing, masks.missing != 0, other == AGE_GATES)
    return only.group_by("customer_id").aggregate(offers=only.count())


def _doubled(records: ir.Table) -> ir.Table:
    """Records beyond the first that one company holds of one customer."""
    held = records.group_by("company", "customer_id").aggregate(copies=records.count())
    twice = held.filter(held.copies > 1)
    nothing = ibis.literal(0, "int64")
    counted = twice.group_by("company").aggregate(records=(twice.copies - 1).sum(), customers=twice.count())
    return _shaped(counted.mutate(unlinked=nothing, undecidable=nothing), DOUBLED_RECORD)


def _set_aside(lake: Lake, company_of_feed: Mapping[str, str]) -> ir.Table:
    """Rows set aside in all files so far. Whose they are nobody knows, so no customer is counted."""
    owners = {"feed": list(company_of_feed), "company": list(company_of_feed.values())}
    feeds = ibis.memtable(pa.table(owners, schema=pa.schema([("feed", pa.string()), ("company", pa.string())])))
    arrivals = lake.table("arrivals").inner_join(feeds, "feed")
    nothing = ibis.literal(0, "int64")
    counted = arrivals.group_by("company").aggregate(records=arrivals.rows_quarantined.sum())
    return _shaped(counted.mutate(customers=nothing, unlinked=nothing, undecidable=nothing), ROW_QUARANTINED)
