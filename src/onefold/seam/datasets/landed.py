"""Rows of feeds that passed the front gate. Identifying values go to the vault, the rest to the lake."""

from __future__ import annotations

from onefold.seam.contracts import BYTES, DAY, FLAG, INSTANT, SMALL, TEXT, WHOLE, Column, Dataset
from onefold.seam.datasets.periods import known, valid

SOURCE_IDENTITIES = Dataset(
    "source_identities", "what identifies one source record, latest version", ("source_id",),
    (
        Column("source_id", TEXT, "pseudonym of (company, source key)"),
        Column("company", TEXT, "company that sent it"),
        Column("source_key", TEXT, "that company's own key of its customer"),
        Column("kind", TEXT, "PERSON or ORGANISATION"),
        Column("name", TEXT, "name as sent, trimmed", optional=True),
        Column("born_on", DAY, "date of birth", optional=True),
        Column("id_type", TEXT, "RESIDENT_ID, PASSPORT, CREDIT_CODE, ...", optional=True),
        Column("id_number", TEXT, "normalised number", optional=True),
        Column("phone", TEXT, "normalised phone", optional=True),
        Column("email", TEXT, "lower-case address", optional=True),
        Column("address", TEXT, "postal address as sent", optional=True),
        Column("recorded_at", INSTANT, "when the batch with this version was received"),
    ),
    vault=True,
)  # fmt: skip

CONTRACT_NUMBERS = Dataset(
    "contract_numbers", "the owner's own number of one contract", ("contract_id",),
    (
        Column("contract_id", TEXT, "pseudonym of (company, contract number)"),
        Column("company", TEXT, "owner company"),
        Column("contract_no", TEXT, "the owner's number"),
    ),
    vault=True,
)  # fmt: skip

SELLER_IDENTITIES = Dataset(
    "seller_identities", "what identifies one seller", ("seller",),
    (
        Column("seller", TEXT, "code"),
        Column("company", TEXT, "company the seller is registered with"),
        Column("name", TEXT, "name"),
        Column("registration_no", TEXT, "official registration number", optional=True),
        Column("phone", TEXT, "business phone", optional=True),
    ),
    vault=True,
)  # fmt: skip

SOURCE_RECORDS = Dataset(
    "source_records", "one company's customer, pseudonymous, latest version", ("source_id",),
    (
        Column("source_id", TEXT, "pseudonym of (company, source key)"),
        Column("company", TEXT, "company that sent it"),
        Column("kind", TEXT, "PERSON or ORGANISATION"),
        Column("sex", TEXT, "F or M", optional=True),
        Column("birth_month", DAY, "first day of the month of birth", optional=True),
        Column("region", TEXT, "region code or name, never an address", optional=True),
        Column("has_id_number", FLAG, "the vault holds a number of an identity document; empty = nobody looked", optional=True),
        Column("has_name", FLAG, "the vault holds a name", optional=True),
        Column("has_phone", FLAG, "the vault holds a phone number", optional=True),
        Column("recorded_at", INSTANT, "when the batch with this version was received"),
    ),
)  # fmt: skip

CONTRACTS = Dataset(
    "contracts", "one version of one contract: what was known of it in one span of knowledge",
    ("contract_id", "known_from"),
    (
        Column("contract_id", TEXT, "pseudonym of (company, contract number)"),
        Column("source_id", TEXT, "the holder (policyholder, account owner) at the owner company"),
        Column("company", TEXT, "owner company"),
        Column("series", TEXT, "product series"),
        Column("product", TEXT, "product"),
        Column("channel", TEXT, "channel that acquired it", optional=True),
        Column("seller", TEXT, "seller who services it", optional=True),
        Column("status", TEXT, "IN_FORCE, LAPSED, CANCELLED, EXPIRED, SURRENDERED"),
        *valid(),
        Column("premium_minor", WHOLE, "annual premium, balance or limit, in minor units", optional=True),
        Column("currency", TEXT, "ISO 4217", optional=True),
        *known(),
    ),
)  # fmt: skip

CONSENTS = Dataset(
    "consents", "one version of one consent", ("consent_id", "known_from"),
    (
        Column("consent_id", TEXT, "pseudonym of (from, source key, to, purpose, notice version, valid from)"),
        Column("source_id", TEXT, "the source record whose facts it covers"),
        Column("from_company", TEXT, "company that gives the data"),
        Column("to_company", TEXT, "company that may use it"),
        Column("purpose", TEXT, "MARKETING or SERVICE"),
        Column("categories", TEXT, "data categories covered, comma separated: BASIC, HOLDINGS, CONTACTS, CLAIMS"),
        Column("notice_version", TEXT, "the notice the customer saw"),
        *valid(),
        *known(),
    ),
)  # fmt: skip

CONTACT_BLOCKS = Dataset(
    "contact_blocks", "one do-not-contact wish", ("block_id", "known_from"),
    (
        Column("block_id", TEXT, "pseudonym of (company, source key, valid from)"),
        Column("source_id", TEXT, "the source record through which it was said; it holds for the whole group"),
        Column("company", TEXT, "company that recorded it"),
        *valid(),
        *known(),
    ),
)  # fmt: skip

CHANNELS = Dataset(
    "channels", "one channel", ("channel",),
    (
        Column("channel", TEXT, "code"),
        Column("company", TEXT, "home company"),
        Column("kind", TEXT, "AGENT, COUNTER, TELEPHONE, BANK, ONLINE, BROKER"),
        Column("name_en", TEXT, "English name"),
        Column("name_zh", TEXT, "Chinese name"),
    ),
)  # fmt: skip

CHANNEL_PRODUCTS = Dataset(
    "channel_products", "one channel's right to sell one series", ("channel", "series", "valid_from"),
    (Column("channel", TEXT, "channel"), Column("series", TEXT, "series it may sell"), *valid()),
)  # fmt: skip

AGENCY_AGREEMENTS = Dataset(
    "agency_agreements", "one written agreement by which one company sells for another", ("agreement_no",),
    (
        Column("agreement_no", TEXT, "number of the agreement"),
        Column("seller_company", TEXT, "company that sells"),
        Column("owner_company", TEXT, "company whose products are sold"),
        *valid(),
    ),
)  # fmt: skip

SELLERS = Dataset(
    "sellers", "one seller", ("seller",),
    (
        Column("seller", TEXT, "code"),
        Column("company", TEXT, "company the seller is registered with"),
        Column("channel", TEXT, "channel the seller works in"),
        Column("grade", SMALL, "1 bronze, 2 silver, 3 gold"),
        Column("region", TEXT, "region", optional=True),
        Column("has_registration_no", FLAG, "the vault holds an official registration number; empty = nobody looked", optional=True),
        *valid(),
    ),
)  # fmt: skip

RELATIONS = Dataset(
    "relations", "one family tie between two source records of one company", ("source_id", "other_source_id"),
    (
        Column("source_id", TEXT, "one source record"),
        Column("other_source_id", TEXT, "the other"),
        Column("kind", TEXT, "SPOUSE, PARENT, CHILD, SIBLING, SAME_HOUSEHOLD"),
    ),
)  # fmt: skip

PAST_CONTACTS = Dataset(
    "past_contacts", "one version of one contact a company had before or outside Onefold", ("contact_id", "known_from"),
    (
        Column("contact_id", TEXT, "pseudonym of (company, contact number)"),
        Column("source_id", TEXT, "the source record that was contacted, or that came"),
        Column("company", TEXT, "company that contacted"),
        Column("channel", TEXT, "channel", optional=True),
        Column("seller", TEXT, "seller", optional=True),
        Column("series", TEXT, "series it was about", optional=True),
        Column("direction", TEXT, "OUTBOUND or INBOUND"),
        Column("happened_on", DAY, "day of the contact"),
        Column("outcome", TEXT, "NOT_REACHED, DECLINED, LATER or ACCEPTED"),
        Column("campaign", TEXT, "campaign it belonged to", optional=True),
        *known(),
    ),
)  # fmt: skip

CAMPAIGN_MEMBERS = Dataset(
    "campaign_members", "one version of one source record's place in one campaign", ("member_id", "known_from"),
    (
        Column("member_id", TEXT, "pseudonym of (company, campaign, source key)"),
        Column("source_id", TEXT, "the source record"),
        Column("company", TEXT, "company whose campaign it was"),
        Column("campaign", TEXT, "campaign"),
        Column("series", TEXT, "series it was about", optional=True),
        Column("channel", TEXT, "channel", optional=True),
        Column("arm", TEXT, "CONTACT, CONTROL or HOLDOUT"),
        Column("assigned_on", DAY, "day on which the arm was drawn"),
        Column("treated_share_ppm", WHOLE, "probability of CONTACT at the draw, in millionths; empty = not drawn by lot", optional=True),
        *known(),
    ),
)  # fmt: skip

CLAIMS = Dataset(
    "claims", "one version of one claim", ("claim_id", "known_from"),
    (
        Column("claim_id", TEXT, "pseudonym of (company, claim number)"),
        Column("contract_id", TEXT, "contract it was made under"),
        Column("company", TEXT, "company of the contract"),
        Column("happened_on", DAY, "day of the event"),
        Column("reported_on", DAY, "day on which it was reported"),
        Column("settled_on", DAY, "day on which it was settled", optional=True),
        Column("claimed_minor", WHOLE, "amount claimed, in minor units"),
        Column("paid_minor", WHOLE, "amount paid, in minor units", optional=True),
        Column("currency", TEXT, "ISO 4217"),
        Column("outcome", TEXT, "OPEN, PAID, PARTLY_PAID or DECLINED"),
        *known(),
    ),
)  # fmt: skip

CIRCUMSTANCES = Dataset(
    "circumstances", "one version of what one company was told of a customer's circumstances on one day",
    ("circumstance_id", "known_from"),
    (
        Column("circumstance_id", TEXT, "pseudonym of (company, source key, kind, told on)"),
        Column("source_id", TEXT, "the source record"),
        Column("company", TEXT, "company that was told"),
        Column("kind", TEXT, "RISK_LEVEL, INCOME, STATUS, CAPACITY or PROFILING"),
        Column(
            "value", TEXT,
            "RISK_LEVEL: 1 to 5; INCOME: a band of suitability.income_bands; STATUS: ACTIVE, DECEASED, CLOSED, IN_LIQUIDATION; "
            "CAPACITY: FULL, LIMITED, NONE; PROFILING: ALLOWED, REFUSED",
        ),
        Column("told_on", DAY, "day of the test or statement; the latest counts"),
        *known(),
    ),
)  # fmt: skip

REJECTS = Dataset(
    "rejects", "one quarantined row", ("batch_id", "line"),
    (
        Column("batch_id", TEXT, "batch (intake receipt)"),
        Column("feed", TEXT, "feed"),
        Column("line", WHOLE, "line of the file on which the row starts, from 1"),
        Column("column", TEXT, "column at fault, empty when the whole row is", optional=True),
        Column("rule", TEXT, "code of the broken rule"),
        Column("original", BYTES, "the row's bytes exactly as sent"),
    ),
    vault=True,
)  # fmt: skip

ARRIVALS = Dataset(
    "arrivals", "the row equation of one batch: rows_in = loaded + quarantined + duplicate", ("batch_id",),
    (
        Column("batch_id", TEXT, "batch (intake receipt)"),
        Column("feed", TEXT, "feed"),
        Column("outcome", TEXT, "LOADED, REFUSED (whole file) or DUPLICATE_FILE"),
        Column("reason", TEXT, "code of the refusal", optional=True),
        Column("detail", TEXT, "what was the matter, without any value of the file", optional=True),
        Column("rows_in", WHOLE, "data rows in the file"),
        Column("rows_loaded", WHOLE, "rows that passed"),
        Column("rows_quarantined", WHOLE, "rows set aside with a reason"),
        Column("rows_duplicate", WHOLE, "rows that said nothing new"),
    ),
)  # fmt: skip

FIELD_QUALITY = Dataset(
    "field_quality", "how well one column of one batch was filled", ("batch_id", "column"),
    (
        Column("batch_id", TEXT, "batch (intake receipt)"),
        Column("feed", TEXT, "feed"),
        Column("company", TEXT, "company that sent it"),
        Column("column", TEXT, "column of the file"),
        Column("rows", WHOLE, "data rows in the file that could be split into columns"),
        Column("filled", WHOLE, "cells with a value"),
        Column("valid", WHOLE, "filled cells that the column's own rules accept"),
        Column("distinct", WHOLE, "different accepted values"),
    ),
)  # fmt: skip

DEFECT_COSTS = Dataset(
    "defect_costs", "what one defect of one company's data costs downstream", ("company", "defect"),
    (
        Column("company", TEXT, "company that sent it"),
        Column(
            "defect", TEXT,
            "NO_STRONG_KEY, NO_ID_NUMBER, NO_NAME, NO_PHONE, NO_BIRTH_DATE, NO_REGION, DOUBLED_RECORD, ROW_QUARANTINED",
        ),
        Column("records", WHOLE, "source records with it; rows set aside so far"),
        Column("customers", WHOLE, "customers it touches; none are known of rows set aside"),
        Column("unlinked", WHOLE, "records that stand alone, have no id number and lack this for the weaker key"),
        Column("undecidable", WHOLE, "candidate offers that nothing forbids but gates missing this fact"),
    ),
)  # fmt: skip
