"""What comes of leads and of contact: what a right would unlock, and what contact changed."""

from __future__ import annotations

from onefold.seam.contracts import DAY, TEXT, WHOLE, Column, Dataset

UNLOCKS = Dataset(
    "unlocks", "what one right would unlock for one seller", ("seller", "series", "missing"),
    (
        Column("seller", TEXT, "seller"),
        Column("series", TEXT, "series the seller may not sell"),
        Column("missing", TEXT, "codes of the gates that forbid it, comma separated"),
        Column("leads", WHOLE, "leads it would bring, of the seller's own customers"),
        Column("value_minor", WHOLE, "what they would add to the whole allotment at most, minor units"),
    ),
)  # fmt: skip

LIFT = Dataset(
    "lift", "one comparison of two arms: what contact changed", ("measure", "outcome", "level", "row", "since"),
    (
        Column("measure", TEXT, "HOLDOUT: households open to contact against the permanent holdout; LOT: campaigns whose arm a lot decided; CHOSEN: campaigns in which people chose, which prove nothing"),
        Column("outcome", TEXT, "CONTRACTS: kept new contracts; PROFIT: their standard margin, minor units"),
        Column("level", TEXT, "GROUP, COMPANY (that owns what was bought), LINE, SERIES, MONTH or CAMPAIGN"),
        Column("row", TEXT, "company, line, series or campaign; ALL for GROUP and MONTH"),
        Column("since", DAY, "first day on which a contract that counts may begin"),
        Column("until", DAY, "first day on which none counts any more"),
        Column("open_units", WHOLE, "households with somebody in the arm that may be (HOLDOUT) or was to be contacted"),
        Column("open_exposure", WHOLE, "what the rate is per: household-days (HOLDOUT), members (LOT, CHOSEN)"),
        Column("open_sum", WHOLE, "kept contracts, or their margin"),
        Column("open_error", WHOLE, "standard error of the arm's rate, in the unit of `lift`"),
        Column("held_units", WHOLE, "the same of the other arm: held out, or control"),
        Column("held_exposure", WHOLE, "the same of the other arm"),
        Column("held_sum", WHOLE, "the same of the other arm"),
        Column("held_error", WHOLE, "the same of the other arm"),
        Column("lift", WHOLE, "difference of the rates, per million household-years (HOLDOUT) or per million members"),
        Column("low", WHOLE, "lower end of its 95 % interval; empty = no evidence", optional=True),
        Column("high", WHOLE, "upper end of its 95 % interval; empty = no evidence", optional=True),
        Column("detectable", WHOLE, "smallest effect that would be seen four times in five; empty = no evidence", optional=True),
    ),
)  # fmt: skip
