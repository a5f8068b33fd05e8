"""Figures, and what they are drawn from."""

from __future__ import annotations

from onefold.seam.contracts import DAY, SMALL, TEXT, WHOLE, Column, Dataset

INDICATOR_VALUES = Dataset(
    "indicator_values", "one figure: an indicator as of a day for one cell of its dimensions",
    ("indicator", "as_of", "row", "column"),
    (
        Column("indicator", TEXT, "name of the definition"),
        Column("version", SMALL, "version of the definition"),
        Column("as_of", DAY, "day it speaks of"),
        Column("row", TEXT, "first dimension's member (company, channel, line, series); ALL = the group"),
        Column("column", TEXT, "second dimension's member; ALL where there is none"),
        Column("numerator", WHOLE, "integer numerator"),
        Column("denominator", WHOLE, "integer denominator; the value is divided once, when shown"),
    ),
)  # fmt: skip

MOVEMENTS = Dataset(
    "movements", "what one cause added to a figure between two days; with the figure BEFORE, the parts sum to the figure after",
    ("indicator", "basis", "as_of", "row", "column", "part", "channel"),
    (
        Column("indicator", TEXT, "name of the definition"),
        Column("version", SMALL, "version of the definition"),
        Column("basis", TEXT, "HISTORY: both days as known now; RELEASE: from the figure the release before published to this one's"),
        Column("as_of_before", DAY, "day the figure BEFORE speaks of"),
        Column("as_of", DAY, "day the figure after speaks of"),
        Column("row", TEXT, "first dimension's member; ALL = the group"),
        Column("column", TEXT, "second dimension's member; ALL where there is none"),
        Column("part", TEXT, "BEFORE, DEFINITION, MERGES, NEW_CUSTOMERS, LOST_CUSTOMERS, NEW_CONTRACTS or LAPSES"),
        Column("channel", TEXT, "with NEW_CONTRACTS the acquiring channel; otherwise, or where there is none, the empty text"),
        Column("numerator", WHOLE, "added to the numerator; of BEFORE, the numerator itself"),
        Column("denominator", WHOLE, "added to the denominator; of BEFORE, the denominator itself"),
    ),
)  # fmt: skip

PUBLISHED_VALUES = Dataset(
    "published_values", "the figures of `indicator_values` as they leave the run: an empty count is withheld",
    INDICATOR_VALUES.key,
    (
        *(column for column in INDICATOR_VALUES.columns if column.name not in ("numerator", "denominator")),
        Column("numerator", WHOLE, "integer numerator; empty = small, or would give a small count away", optional=True),
        Column("denominator", WHOLE, "integer denominator; empty likewise", optional=True),
    ),
)  # fmt: skip

PUBLISHED_MOVEMENTS = Dataset(
    "published_movements", "the rows of `movements` as they leave the run: causes of a few customers stand together as part FEW, and nothing is said of a figure that is withheld on one of the days",
    MOVEMENTS.key, MOVEMENTS.columns,
)  # fmt: skip

SCOPED_VALUES = Dataset(
    "scoped_values", "one figure over the customers known to one company, or of one region; counts rounded to tens, amounts to three digits",
    ("scope_kind", "scope", "indicator", "row", "column"),
    (
        Column("scope_kind", TEXT, "COMPANY (customers known to a company) or REGION"),
        Column("scope", TEXT, "company or region"),
        *PUBLISHED_VALUES.columns,
    ),
)  # fmt: skip
