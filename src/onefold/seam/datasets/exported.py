"""The rooms' own facts, exported at the start of each run."""

from __future__ import annotations

from onefold.seam.contracts import DAY, INSTANT, TEXT, Column, Dataset

CONSENT_WITHDRAWALS = Dataset(
    "consent_withdrawals", "one consent withdrawn in Onefold", ("consent_id",),
    (Column("consent_id", TEXT, "consent"), Column("withdrawn_at", INSTANT, "when")),
)  # fmt: skip

SUPPRESSIONS = Dataset(
    "suppressions", "one answer that silences a customer for a while", ("customer_id", "series"),
    (
        Column("customer_id", TEXT, "customer"),
        Column("series", TEXT, "series the answer was about; ALL for every series"),
        Column("until", DAY, "first day on which it may be asked again"),
    ),
)  # fmt: skip

HOLDOUTS = Dataset(
    "holdouts", "on which side of the permanent experiment a customer stands, as the room keeps it", ("customer_id",),
    (
        Column("customer_id", TEXT, "customer"),
        Column("arm", TEXT, "HOLDOUT or OPEN"),
        Column("drawn_on", DAY, "since when"),
        Column("basis", TEXT, "DRAWN, HANDED_IN (a company keeps a holdout of its own) or CARRIED (joined the household)"),
    ),
)  # fmt: skip

MODEL_STAGES = Dataset(
    "model_stages", "what people decided about one model, as the registry keeps it", ("model",),
    (
        Column("model", TEXT, "PROPENSITY:series, LAPSE or EFFECT"),
        Column("rule", TEXT, "AUTOMATIC: a fit of the approved recipe whose checks pass is used; BY_HAND; RETIRED: none is"),
        Column("champion", TEXT, "BY_HAND: the fit that a person approved; empty = none"),
        Column("approver", TEXT, "who decided; empty = nobody"),
    ),
)  # fmt: skip
