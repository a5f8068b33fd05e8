"""Every dataset that crosses the seam, in the order of the way of the data. The name is the folder, the table, the doc page.

Ids (`source_id`, `contract_id`, `customer_id`, `consent_id`, `household_id`, `lead_id`) are 32 hexadecimal characters:
keyed pseudonyms, or hashes of pseudonyms. Companies, channels, series, products and sellers are codes in capitals.
`valid_*` is when a thing was so in the world, `known_*` when this group came to know it; both half-open, empty = open.
"""

from __future__ import annotations

import pyarrow as pa

from onefold.seam.contracts import BYTES, DAY, FLAG, INSTANT, SMALL, TEXT, WHOLE, Column, Dataset


def _valid() -> tuple[Column, Column]:
    return (
        Column("valid_from", DAY, "first day on which this holds"),
        Column("valid_until", DAY, "first day on which it no longer holds; empty = open", optional=True),
    )


def _known() -> tuple[Column, Column]:
    return (
        Column("known_from", INSTANT, "when the batch that said so was received"),
        Column("known_until", INSTANT, "when a later batch said otherwise; empty = still so", optional=True),
    )


# 1. Catalogue: what the rulebook says on the day of the run, written down so that a release stands alone.

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

# 2. Landed: rows of feeds that passed the front gate. Identifying values go to the vault, the rest to the lake.

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
        *_valid(),
        Column("premium_minor", WHOLE, "annual premium, balance or limit, in minor units", optional=True),
        Column("currency", TEXT, "ISO 4217", optional=True),
        *_known(),
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
        *_valid(),
        *_known(),
    ),
)  # fmt: skip

CONTACT_BLOCKS = Dataset(
    "contact_blocks", "one do-not-contact wish", ("block_id", "known_from"),
    (
        Column("block_id", TEXT, "pseudonym of (company, source key, valid from)"),
        Column("source_id", TEXT, "the source record through which it was said; it holds for the whole group"),
        Column("company", TEXT, "company that recorded it"),
        *_valid(),
        *_known(),
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
    (Column("channel", TEXT, "channel"), Column("series", TEXT, "series it may sell"), *_valid()),
)  # fmt: skip

AGENCY_AGREEMENTS = Dataset(
    "agency_agreements", "one written agreement by which one company sells for another", ("agreement_no",),
    (
        Column("agreement_no", TEXT, "number of the agreement"),
        Column("seller_company", TEXT, "company that sells"),
        Column("owner_company", TEXT, "company whose products are sold"),
        *_valid(),
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
        *_valid(),
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
        *_known(),
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
        *_known(),
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
        *_known(),
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

# 3. The rooms' own facts, exported at the start of each run.

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

# 4. Linked: from here on a customer exists.

MEMBERSHIPS = Dataset(
    "memberships", "dated fact: this source record is this customer", ("source_id",),
    (
        Column("source_id", TEXT, "source record"),
        Column("customer_id", TEXT, "customer"),
        Column("basis", TEXT, "ID_NUMBER, NAME_BIRTH_PHONE or ALONE"),
        Column("recorded_at", INSTANT, "when the fact became known"),
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
        *_valid(),
        Column("premium_minor", WHOLE, "annual premium, balance or limit, minor units", optional=True),
        *_known(),
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
        *_valid(),
        *_known(),
    ),
)  # fmt: skip

# 5. Measured.

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

# 6. Decided.

DECISIONS = Dataset(
    "decisions", "one customer's verdicts over all candidate series, in one row", ("customer_id",),
    (
        Column("customer_id", TEXT, "customer"),
        Column("series", pa.list_(TEXT), "candidate series, sorted by code; the arrays below run parallel"),
        Column("sellers", pa.list_(TEXT), "seller the candidate was judged for; empty text = none"),
        Column("blocked", pa.list_(WHOLE), "bit mask of gates that forbid, see decision.gates"),
        Column("missing", pa.list_(WHOLE), "bit mask of gates whose facts are missing"),
        Column("scores", pa.list_(SMALL), "score in millionths; counts only where nothing forbids"),
        Column("because", pa.list_(TEXT), "held series that speaks most for it; empty text = none"),
    ),
)  # fmt: skip

OFFERS = Dataset(
    "offers", "one offer that became somebody's lead", ("customer_id", "series"),
    (
        Column("lead_id", TEXT, "hash of customer, series, seller"),
        Column("customer_id", TEXT, "customer"),
        Column("series", TEXT, "series offered"),
        Column("owner_company", TEXT, "company that owns the series"),
        Column("seller", TEXT, "seller who gets the lead"),
        Column("seller_company", TEXT, "the seller's company"),
        Column("channel", TEXT, "the seller's channel"),
        Column("score", SMALL, "score in millionths"),
        Column("rank", SMALL, "place in the seller's list, from 1"),
        Column("because", TEXT, "held series that speaks most for it; empty text = none"),
    ),
)  # fmt: skip

LANDED = (SOURCE_RECORDS, CONTRACTS, CONSENTS, CONTACT_BLOCKS, CHANNELS, CHANNEL_PRODUCTS, AGENCY_AGREEMENTS, SELLERS, RELATIONS, PAST_CONTACTS, CAMPAIGN_MEMBERS, CLAIMS, ARRIVALS, FIELD_QUALITY)  # fmt: skip
SEALED = (SOURCE_IDENTITIES, CONTRACT_NUMBERS, SELLER_IDENTITIES, REJECTS)
CATALOGUE = (COMPANIES, PRODUCT_SERIES, PRODUCTS)
EXPORTED = (CONSENT_WITHDRAWALS, SUPPRESSIONS)
DERIVED = (MEMBERSHIPS, CUSTOMERS, HOLDINGS, SPELLS, INDICATOR_VALUES, DECISIONS, OFFERS, DEFECT_COSTS)

ALL: dict[str, Dataset] = {
    dataset.name: dataset for dataset in (*CATALOGUE, *LANDED, *SEALED, *EXPORTED, *DERIVED)
}  # fmt: skip
