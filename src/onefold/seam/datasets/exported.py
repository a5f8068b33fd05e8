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

BLOCK_WISHES = Dataset(
    "block_wishes", "one customer who said in Onefold that nobody shall make contact", ("customer_id",),
    (Column("customer_id", TEXT, "customer"), Column("since", DAY, "first day on which it holds")),
)  # fmt: skip

ANSWERS = Dataset(
    "answers", "one circumstance of a customer heard in Onefold; those taken back at once are left out", ("answer_id",),
    (
        Column("answer_id", TEXT, "answer"),
        Column("source_id", TEXT, "the company's own record of the customer, where it has one", optional=True),
        Column("customer_id", TEXT, "customer"),
        Column("company", TEXT, "company whose staff heard it"),
        Column("kind", TEXT, "BORN_ON, or a kind of `circumstances`"),
        Column("value", TEXT, "BORN_ON: the first day of the month of birth, as 1980-12-01; else a word of `circumstances`"),
        Column("told_on", DAY, "day of the test or statement; the latest counts"),
        Column("recorded_at", INSTANT, "when it was written down; of two on one day the later counts"),
    ),
)  # fmt: skip

LINK_RULINGS = Dataset(
    "link_rulings", "what a steward said of two records: one customer, or two", ("source_id", "other_source_id"),
    (
        Column("source_id", TEXT, "one source record"),
        Column("other_source_id", TEXT, "the other, later in the alphabet"),
        Column("verdict", TEXT, "SAME or DIFFERENT; rulings taken back are left out"),
    ),
)  # fmt: skip

OUTCOMES = Dataset(
    "outcomes", "one answer a seller wrote down for a lead; those taken back at once are left out", ("outcome_id",),
    (
        Column("outcome_id", TEXT, "answer"),
        Column("lead_id", TEXT, "lead it was about"),
        Column("customer_id", TEXT, "customer"),
        Column("series", TEXT, "series offered"),
        Column("seller", TEXT, "seller who asked"),
        Column("company", TEXT, "the seller's company"),
        Column("channel", TEXT, "the seller's channel"),
        Column("code", TEXT, "NOT_REACHED, INTERESTED, NOT_UNTIL, DECLINED or DO_NOT_CONTACT"),
        Column("reason", TEXT, "why declined, see contact.declined_reasons; empty text = not said"),
        Column("not_until", DAY, "first day on which one may ask again", optional=True),
        Column("happened_on", DAY, "day of the answer"),
        Column("known_from", INSTANT, "when it was written down"),
    ),
)  # fmt: skip

LEADS = Dataset(
    "leads", "one lead: one customer, one series, one seller; without those of the release in force that nobody has touched", ("lead_id",),
    (
        Column("lead_id", TEXT, "lead"),
        Column("customer_id", TEXT, "customer"),
        Column("series", TEXT, "series"),
        Column("company", TEXT, "the seller's company"),
        Column("channel", TEXT, "the seller's channel"),
        Column("source", TEXT, "OFFERED by a release, ASKED for by the customer, or HANDED over by a colleague"),
        Column("mode", TEXT, "SOLO, or ACCOMPANIED by a specialist who agreed to come along"),
        Column("opened_on", DAY, "day on which it was opened"),
    ),
)  # fmt: skip

OPINIONS = Dataset(
    "opinions", "one opinion on whether a series suits a customer", ("opinion_id",),
    (
        Column("opinion_id", TEXT, "opinion"),
        Column("customer_id", TEXT, "customer"),
        Column("series", TEXT, "series"),
        Column("company", TEXT, "company that advised"),
        Column("given_on", DAY, "day"),
    ),
)  # fmt: skip

SALES = Dataset(
    "sales", "one item of an order: a product proposed to a customer", ("item_id",),
    (
        Column("item_id", TEXT, "item"),
        Column("lead_id", TEXT, "lead the order was made on, if its series is the item's", optional=True),
        Column("series", TEXT, "series"),
        Column("company", TEXT, "the seller's company"),
        Column("channel", TEXT, "the seller's channel"),
        Column("source", TEXT, "OFFERED: the seller came; ASKED: the customer did"),
        Column("mode", TEXT, "SOLO or ACCOMPANIED"),
        Column("reached", TEXT, "the furthest it ever got: PROPOSED, APPLIED, ISSUED or KEPT (past its free look)"),
        Column("proposed_on", DAY, "day of the proposal"),
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
