"""What the rulebook says on the day of the run, written down so that a release stands alone."""

from __future__ import annotations

from onefold.seam.contracts import DAY, SMALL, TEXT, Column, Dataset

COMPANIES = Dataset(
    "companies", "one company of the group", ("company",),
    (
        Column("company", TEXT, "code"),
        Column("pillar", TEXT, "INSURANCE, BANKING or INVESTMENT"),
        Column("name_en", TEXT, "English name"),
        Column("name_zh", TEXT, "Chinese name"),
    ),
)  # fmt: skip

PRODUCT_SERIES = Dataset(
    "product_series", "one product series; belongs to exactly one company; the level on which penetration counts",
    ("series",),
    (
        Column("series", TEXT, "code"),
        Column("company", TEXT, "owner company"),
        Column("pillar", TEXT, "INSURANCE, BANKING or INVESTMENT"),
        Column("line", TEXT, "line of business, for contribution: LIFE, MOTOR, CARD, FUND, ..."),
        Column("name_en", TEXT, "English name"),
        Column("name_zh", TEXT, "Chinese name"),
        Column("kinds", TEXT, "who may hold it: PERSON, ORGANISATION or both, comma separated"),
        Column("on_sale_from", DAY, "first day on sale; empty = never yet", optional=True),
        Column("on_sale_until", DAY, "first day no longer on sale; empty = open", optional=True),
        Column("age_min", SMALL, "youngest age in whole years at which it may be offered", optional=True),
        Column("age_max", SMALL, "oldest age in whole years at which it may be offered", optional=True),
        Column("grade_min", SMALL, "lowest seller grade whatever the company: 1 bronze, 2 silver, 3 gold"),
    ),
)  # fmt: skip

PRODUCTS = Dataset(
    "products", "one product of a series", ("product",),
    (
        Column("product", TEXT, "code, unique in the group"),
        Column("series", TEXT, "the series it belongs to"),
        Column("name_en", TEXT, "English name"),
        Column("name_zh", TEXT, "Chinese name"),
    ),
)  # fmt: skip
