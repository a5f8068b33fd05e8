"""From here on a customer exists: who is who, what each holds and held."""

from __future__ import annotations

import pyarrow as pa

from onefold.seam.contracts import DAY, INSTANT, SMALL, TEXT, WHOLE, Column, Dataset
from onefold.seam.datasets.periods import known, valid

MEMBERSHIPS = Dataset(
    "memberships", "dated fact: this source record is this customer", ("source_id",),
    (
        Column("source_id", TEXT, "source record"),
        Column("customer_id", TEXT, "customer"),
        Column("basis", TEXT, "ID_NUMBER, NAME_BIRTH_PHONE, PROBABLE (see link_candidates) or ALONE"),
        Column("recorded_at", INSTANT, "when the fact became known"),
    ),
)  # fmt: skip

LINK_CANDIDATES = Dataset(
    "link_candidates", "two records, each the likeliest of its strong group, that are probably one customer",
    ("source_id", "other_source_id"),
    (
        Column("source_id", TEXT, "one source record"),
        Column("other_source_id", TEXT, "the other, later in the alphabet"),
        Column("probability_ppm", SMALL, "probability that both are one customer, in millionths"),
        Column("levels", pa.list_(TEXT), "what each comparison that spoke found, see the levels of linkage_models"),
        Column(
            "outcome", TEXT,
            "LINKED; KEPT: stands from an earlier run; REVIEW: for a person to judge; CONTRADICTED: other links leave no room; "
            "CONFIRMED, REFUSED: a person judged (see link_rulings), with probability 0 where likeness is silent",
        ),
    ),
)  # fmt: skip

LINKAGE_MODELS = Dataset(
    "linkage_models", "the model by which records were compared; none where there were too few to compare", ("version",),
    (
        Column("version", TEXT, "hash of levels and terms"),
        Column("basis", TEXT, "COUNTED from certain numbers, ESTIMATED from all pairs, USUAL chances of policy"),
        Column("records", WHOLE, "records known when it was made; it is kept until they change by a tenth"),
        Column("prior_ppb", WHOLE, "share of all pairs that are one person, in milliardths"),
        Column("levels", pa.list_(TEXT), "levels; the arrays below run parallel"),
        Column("same_ppb", pa.list_(WHOLE), "how often the level is seen between records of one person, in milliardths"),
        Column("strange_ppb", pa.list_(WHOLE), "how often between strangers, in milliardths"),
    ),
)  # fmt: skip

CUSTOMERS = Dataset(
    "customers", "one person or organisation known to the group", ("customer_id",),
    (
        Column("customer_id", TEXT, "customer; stable over runs"),
        Column("household_id", TEXT, "household"),
        Column("kind", TEXT, "PERSON or ORGANISATION"),
        Column("sex", TEXT, "F or M", optional=True),
        Column("birth_month", DAY, "first day of the month of birth", optional=True),
        Column("region", TEXT, "region", optional=True),
        Column("segment", TEXT, "segment: age band for persons, ORGANISATION otherwise"),
    ),
)  # fmt: skip

HOLDINGS = Dataset(
    "holdings", "one contract version seen as a customer's holding", ("contract_id", "known_from"),
    (
        Column("contract_id", TEXT, "contract"),
        Column("customer_id", TEXT, "customer"),
        Column("company", TEXT, "owner company"),
        Column("series", TEXT, "series"),
        Column("line", TEXT, "line of business"),
        Column("channel", TEXT, "acquiring channel", optional=True),
        Column("channel_company", TEXT, "home company of the acquiring channel", optional=True),
        Column("seller", TEXT, "servicing seller", optional=True),
        *valid(),
        Column("premium_minor", WHOLE, "annual premium, balance or limit, minor units", optional=True),
        *known(),
    ),
)  # fmt: skip

SPELLS = Dataset(
    "spells", "one span in which a customer held a series; disjoint per customer and series at any moment of knowledge",
    ("customer_id", "series", "known_from", "valid_from"),
    (
        Column("customer_id", TEXT, "customer"),
        Column("series", TEXT, "series"),
        Column("company", TEXT, "owner company"),
        Column("segment", TEXT, "the customer's segment"),
        *valid(),
        *known(),
    ),
)  # fmt: skip

ACTIVE_SPELLS = Dataset(
    "active_spells", "one span in which a customer held anything of a company; disjoint per customer and company at any moment of knowledge",
    ("customer_id", "company", "known_from", "valid_from"),
    (
        Column("customer_id", TEXT, "customer"),
        Column("company", TEXT, "company; ALL = of any company of the group"),
        *valid(),
        *known(),
    ),
)  # fmt: skip

HOUSEHOLD_ARMS = Dataset(
    "household_arms", "on which side of the permanent experiment a customer stands, by household", ("customer_id",),
    (
        Column("customer_id", TEXT, "customer"),
        Column("household_id", TEXT, "household on the day of the run"),
        Column("arm", TEXT, "HOLDOUT: nobody contacts the customer on a recommendation; OPEN"),
        Column("drawn_on", DAY, "since when"),
        Column("basis", TEXT, "DRAWN, HANDED_IN or CARRIED"),
    ),
)  # fmt: skip
