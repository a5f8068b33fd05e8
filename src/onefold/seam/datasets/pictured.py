"""What the cockpit draws: counts over the whole group, and over one company's or one region's customers.

A count is of customers unless a column says otherwise. Empty counts are withheld: a small cell, or one that would give a
small cell away (`publication.cell_min`). In scopes below the group counts are rounded to tens, for the same reason.
"""

from __future__ import annotations

from onefold.seam.contracts import DAY, SMALL, TEXT, WHOLE, Column, Dataset

SCOPE = (
    Column("scope_kind", TEXT, "GROUP, COMPANY (customers known to a company) or REGION"),
    Column("scope", TEXT, "company or region; ALL for the group"),
)
BOOK = Column("book", TEXT, "PERSON or ORGANISATION: two books, never added up")

WHITE_SPACE = Dataset(
    "white_space", "one cell of the white-space matrix: every customer of a row is in exactly one of its four states",
    ("scope_kind", "scope", "segment", "column_kind", "column"),
    (
        *SCOPE,
        Column("segment", TEXT, "segment; PERSON for all persons together"),
        Column("column_kind", TEXT, "SERIES or COMPANY"),
        Column("column", TEXT, "series, or company: there a customer has the best state of any of its series"),
        Column("customers", WHOLE, "customers for whom the series is meant, or who hold it", optional=True),
        Column("held", WHOLE, "hold it on the day", optional=True),
        Column("in_progress", WHOLE, "do not hold it, but a lead is with a seller", optional=True),
        Column("eligible_gap", WHOLE, "no gate stands before an offer", optional=True),
        Column("not_eligible", WHOLE, "a gate stands before an offer", optional=True),
    ),
)  # fmt: skip

GAP_REASONS = Dataset(
    "gap_reasons", "one gate that closes gaps of one cell; a customer counts at every gate that forbids",
    ("scope_kind", "scope", "segment", "series", "gate"),
    (
        *SCOPE,
        Column("segment", TEXT, "segment; PERSON for all persons together"),
        Column("series", TEXT, "series"),
        Column("gate", TEXT, "gate, see decision.gates"),
        Column("customers", WHOLE, "customers of the cell's not eligible gap whom it stops"),
    ),
)  # fmt: skip

FLOWS = Dataset(
    "flows", "customers who were in one state on one day and in another on the next",
    ("scope_kind", "scope", "book", "view", "from_on", "from_state", "to_state"),
    (
        *SCOPE,
        BOOK,
        Column("view", TEXT, "DEPTH: number of series held; COMPANY: the company all of it is with"),
        Column("from_on", DAY, "the first of the two days, a quarter's end"),
        Column("to_on", DAY, "the next quarter's end, or the day of the run"),
        Column("from_state", TEXT, "NOT_YET, LOST; 1, 2, 3, 4+; a company, SEVERAL"),
        Column("to_state", TEXT, "as before"),
        Column("customers", WHOLE, "customers", optional=True),
    ),
)  # fmt: skip

COHORTS = Dataset(
    "cohorts", "customers who joined in one period, looked at on one day",
    ("scope_kind", "scope", "book", "grain", "joined", "age"),
    (
        *SCOPE,
        BOOK,
        Column("grain", TEXT, "YEAR or QUARTER"),
        Column("joined", DAY, "first day of the period in which the first contract began"),
        Column("age", SMALL, "ends of periods since, 0 = the period's own"),
        Column("measured_on", DAY, "the day looked at: a period's end, or the day of the run before it"),
        Column("customers", WHOLE, "who joined", optional=True),
        Column("active", WHOLE, "of them, who hold anything on the day", optional=True),
        Column("series", WHOLE, "series they hold together on the day", optional=True),
    ),
)  # fmt: skip

CONTRIBUTIONS = Dataset(
    "contributions", "new contracts in two dimensions", ("scope_kind", "scope", "book", "view", "row", "column"),
    (
        *SCOPE,
        BOOK,
        Column("view", TEXT, "MONTH_LINE, MONTH_CHANNEL, MONTH_WAY or LINE_CHANNEL"),
        Column("row", TEXT, "month (its first day), or company and line with a colon between; ALL = together"),
        Column("column", TEXT, "company:line, channel, or way: OWN, SISTER or NONE (no channel); ALL = together"),
        Column("contracts", WHOLE, "contracts that began", optional=True),
        Column("premium_minor", WHOLE, "their annual premium, balance or limit, minor units", optional=True),
    ),
)  # fmt: skip

FUNNEL = Dataset(
    "funnel", "leads of the last twelve months that reached a step", ("view", "row", "step"),
    (
        Column("view", TEXT, "ALL, OWNER, COMPANY (the seller's), CHANNEL, SERIES, MONTH, SOURCE or MODE"),
        Column("row", TEXT, "company, channel, series, first day of the month of opening, source or mode; ALL"),
        Column("step", TEXT, "LEAD, CONTACTED, ADVISED, PROPOSED, APPLIED, ISSUED or KEPT"),
        Column("leads", WHOLE, "leads that got so far or further, to tens", optional=True),
    ),
)  # fmt: skip
