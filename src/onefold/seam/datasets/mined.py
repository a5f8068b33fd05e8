"""What is known of a customer on a day, what was learnt from it, and what that says of the customer's next step."""

from __future__ import annotations

import pyarrow as pa

from onefold.seam.contracts import BYTES, DAY, FLAG, SMALL, TEXT, WHOLE, Column, Dataset

CUSTOMER_FEATURES = Dataset(
    "customer_features", "one customer as the group knew it on the day of the run; whole numbers and codes, nothing later",
    ("customer_id",),
    (
        Column("customer_id", TEXT, "customer"),
        Column("as_of", DAY, "day it speaks of"),
        Column("kind", TEXT, "PERSON or ORGANISATION"),
        Column("sex", TEXT, "F or M", optional=True),
        Column("region", TEXT, "region", optional=True),
        Column("age_low", SMALL, "least age in whole years", optional=True),
        Column("age_high", SMALL, "greatest age in whole years", optional=True),
        Column("channel_kind", TEXT, "kind of the channel of the contract begun last", optional=True),
        Column("held_series", pa.list_(TEXT), "series held, sorted by code; the next array runs parallel"),
        Column("held_counts", pa.list_(SMALL), "contracts held of each"),
        Column("ended_series", pa.list_(TEXT), "series of contracts that ended within two years, sorted by code"),
        Column("ended_counts", pa.list_(SMALL), "contracts of each"),
        Column("contracts_held", SMALL, "contracts held"),
        Column("companies_held", SMALL, "companies of the contracts held"),
        Column("contracts_new", SMALL, "contracts begun within a year"),
        Column("contracts_ended", SMALL, "contracts ended within two years"),
        Column("tenure_days", SMALL, "days since the first contract", optional=True),
        Column("days_since_new", SMALL, "days since the contract begun last", optional=True),
        Column("days_since_ended", SMALL, "days since the contract ended last", optional=True),
        Column("insurance_band", SMALL, "premium of insurance held, by powers of two of the minor unit; 0 = none"),
        Column("banking_band", SMALL, "balances and limits at the bank, likewise"),
        Column("investment_band", SMALL, "balances invested, likewise"),
        Column("household_size", SMALL, "customers of the household"),
        Column("household_held", SMALL, "contracts the others of the household hold"),
        Column("relations", SMALL, "family ties told by companies"),
        Column("contacts_out", SMALL, "outbound contacts within a year"),
        Column("contacts_in", SMALL, "inbound contacts within a year"),
        Column("contacts_recent", SMALL, "contacts of either direction within 90 days"),
        Column("contacts_accepted", SMALL, "contacts within a year with outcome ACCEPTED"),
        Column("contacts_declined", SMALL, "with outcome DECLINED"),
        Column("contacts_later", SMALL, "with outcome LATER"),
        Column("days_since_contact", SMALL, "days since the last contact", optional=True),
        Column("claims", SMALL, "claims within two years"),
        Column("claims_declined", SMALL, "of those, declined"),
        Column("days_since_claim", SMALL, "days since the last claim", optional=True),
        Column("campaigns", SMALL, "campaigns the customer was drawn for within a year"),
        Column("campaigns_contacted", SMALL, "of those, in the arm that was contacted"),
    ),
)  # fmt: skip

MODEL_CARDS = Dataset(
    "model_cards", "one fit of one model in this run: what it is for, what it was learnt from, how good it is, whether it was used", ("model", "fit"),
    (
        Column("model", TEXT, "PROPENSITY:series, LAPSE, PRIOR, POOLED (all series together) or EFFECT"),
        Column("fit", TEXT, "hash of what was learnt; empty = nothing could be learnt"),
        Column("recipe", TEXT, "recipe in the rulebook by which it was made"),
        Column("stage", TEXT, "CANDIDATE, CHAMPION or RETIRED, as this run saw it"),
        Column("used", FLAG, "its scores stand in this release"),
        Column("fallback_reason", TEXT, "why not; empty where it is used"),
        Column("trained_on", DAY, "day of the features it was learnt from", optional=True),
        Column("validated_on", DAY, "later day of the features it was judged on", optional=True),
        Column("rows", WHOLE, "customers (pairs) it was learnt from"),
        Column("outcomes", WHOLE, "of those, with the outcome; empty = a few", optional=True),
        Column("assessment", TEXT, "impact assessment the recipe refers to; empty = none"),
        Column("approver", TEXT, "who approved the recipe or the fit; empty = nobody"),
        Column("card", TEXT, "the whole card as JSON: features, metrics in millionths, deciles, drift, leakage, limits"),
    ),
)  # fmt: skip

MODEL_FITS = Dataset(
    "model_fits", "what was learnt, one fit of one model; enough to score again", ("model", "fit"),
    (
        Column("model", TEXT, "model, see model_cards"),
        Column("fit", TEXT, "hash of the content"),
        Column("content", BYTES, "trees, calibration and names of the features, as JSON"),
    ),
)  # fmt: skip

SCORES = Dataset(
    "scores", "what the models say of one customer, over all series of the catalogue", ("customer_id",),
    (
        Column("customer_id", TEXT, "customer"),
        Column("series", pa.list_(TEXT), "all series, sorted by code; the arrays below run parallel"),
        Column("propensity", pa.list_(SMALL), "chance of a new contract within the horizon that is kept, in millionths"),
        Column("effect", pa.list_(SMALL), "what a contact adds to it, in millionths, signed; 0 unless the basis is 3"),
        Column(
            "basis", pa.list_(SMALL),
            "0 nothing learnt (popularity stands in), 1 prior of series, line and group, 2 a model: the series' own or that "
            "of all together, 3 as 1 or 2, and an effect learnt from randomised history",
        ),
        Column("lapse", SMALL, "chance that a series held today is given up within the horizon, in millionths; -1 = no model"),
    ),
)  # fmt: skip
