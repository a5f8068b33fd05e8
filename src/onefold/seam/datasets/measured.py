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
