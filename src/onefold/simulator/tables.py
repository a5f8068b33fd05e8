"""The tables of the simulated truth: what is so, whatever the companies say of it. `world` makes them, `sending` tells them.

A `Chunk` holds whole households; nothing in it refers to another chunk but for codes of the `Group`. Numbers `party` and
`household` are global and dense. Days are dates; `until` and `ended_on` are half-open (first day on which it is no longer so).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

TEXT, DAY, WHOLE, SMALL, NUMBER, FLAG = pl.String, pl.Date, pl.Int64, pl.Int32, pl.UInt64, pl.Boolean
Schema = dict[str, type[pl.DataType]]

# The group: small, made once.

BRANCHES: Schema = {"branch": TEXT, "company": TEXT, "division": TEXT, "district": TEXT, "weight_ppm": SMALL}
"""`division`: six digits (GB/T 2260); `district`: its Chinese name as the companies write it."""

CHANNELS: Schema = {"channel": TEXT, "company": TEXT, "kind": TEXT, "name_en": TEXT, "name_zh": TEXT}
CHANNEL_PRODUCTS: Schema = {"channel": TEXT, "series": TEXT, "valid_from": DAY, "valid_until": DAY}
AGREEMENTS: Schema = {
    "agreement_no": TEXT, "seller_company": TEXT, "owner_company": TEXT, "valid_from": DAY, "valid_until": DAY,
}  # fmt: skip
SELLERS: Schema = {
    "seller": TEXT, "company": TEXT, "channel": TEXT, "branch": TEXT, "grade": SMALL, "district": TEXT, "name": TEXT,
    "registration_no": TEXT, "phone": TEXT, "id_number": TEXT, "salary_account": TEXT, "valid_from": DAY, "valid_until": DAY,
    "skill_ppm": SMALL, "diligence_ppm": SMALL,
}  # fmt: skip

# A chunk: persons and organisations with everything about them.

PARTIES: Schema = {
    "party": NUMBER, "household": NUMBER, "kind": TEXT, "surname": TEXT, "given": TEXT, "latin_name": TEXT, "sex": TEXT,
    "born_on": DAY, "id_type": TEXT, "id_number": TEXT, "phone": TEXT, "email": TEXT, "district": TEXT, "address": TEXT,
    "old_surname": TEXT, "old_phone": TEXT, "old_address": TEXT, "old_district": TEXT, "changed_on": DAY,
    "income_minor": WHOLE, "stage": TEXT, "holdout": FLAG,
}  # fmt: skip
"""One person or organisation as it is today. `old_*`: what was so before `changed_on` (a move, a marriage, a new phone);
empty (null, here and in every table) = no change. A minority name stands whole in `given` (古丽娜尔·吐尔地), `surname` then
is ""; a foreigner's is family name, first name and, as in the passport, `latin_name`. An organisation has its whole name in `surname`. `holdout`: its household is never contacted."""

RECORDS: Schema = {
    "record": NUMBER, "party": NUMBER, "company": TEXT, "source_key": TEXT, "opened_on": DAY, "seen_on": DAY,
    "double_of": NUMBER,
}  # fmt: skip
"""A company's record of a party. `seen_on`: when it last learnt the party's particulars (so it may still have the old ones).
`double_of`: the record of the same company that this one doubles; empty = the first."""

CONTRACTS: Schema = {
    "contract": NUMBER, "record": NUMBER, "party": NUMBER, "company": TEXT, "contract_no": TEXT, "series": TEXT,
    "product": TEXT, "channel": TEXT, "seller": TEXT, "premium_minor": WHOLE, "signed_on": DAY, "valid_from": DAY,
    "valid_until": DAY, "ended_on": DAY, "end": TEXT, "payer_account": TEXT, "cause": TEXT,
}  # fmt: skip
"""`valid_until`: the stated end; `ended_on`, `end`: when and how it truly ended before that (LAPSED, CANCELLED, SURRENDERED;
empty = did not). Until `ended_on` every extract calls it IN_FORCE, after `valid_until` EXPIRED. `cause`: OWN_NEED, CONTACT, BOTH."""

CONSENTS: Schema = {
    "record": NUMBER, "party": NUMBER, "company": TEXT, "to_company": TEXT, "purpose": TEXT, "categories": TEXT,
    "notice_version": TEXT, "given_on": DAY, "valid_until": DAY, "withdrawn_on": DAY,
}  # fmt: skip
BLOCKS: Schema = {"record": NUMBER, "party": NUMBER, "company": TEXT, "valid_from": DAY, "valid_until": DAY}
TIES: Schema = {"record": NUMBER, "other_record": NUMBER, "company": TEXT, "kind": TEXT, "known_on": DAY}
CONTACTS: Schema = {
    "contact": NUMBER, "record": NUMBER, "party": NUMBER, "company": TEXT, "channel": TEXT, "seller": TEXT, "series": TEXT,
    "direction": TEXT, "on": DAY, "outcome": TEXT, "campaign": TEXT,
}  # fmt: skip
"""`direction`: OUTBOUND or INBOUND (the customer came with a need); `outcome`: NOT_REACHED, DECLINED, LATER, ACCEPTED."""

CAMPAIGN_MEMBERS: Schema = {
    "campaign": TEXT, "record": NUMBER, "party": NUMBER, "company": TEXT, "series": TEXT, "channel": TEXT, "arm": TEXT,
    "assigned_on": DAY, "treated_share_ppm": SMALL,
}  # fmt: skip
"""Who was chosen for a campaign. `arm`: CONTACT or CONTROL. `treated_share_ppm`: the probability with which CONTACT was drawn;
empty where a person chose (so no effect may be read off)."""

CLAIMS: Schema = {
    "claim": NUMBER, "contract": NUMBER, "company": TEXT, "claim_no": TEXT, "happened_on": DAY, "reported_on": DAY,
    "settled_on": DAY, "claimed_minor": WHOLE, "paid_minor": WHOLE, "outcome": TEXT,
}  # fmt: skip

EFFECTS: Schema = {
    "party": NUMBER, "series": TEXT, "channel": TEXT, "own_ppm": SMALL, "contacted_ppm": SMALL, "kind": TEXT,
}  # fmt: skip
"""Never sent. Chance of buying within 90 days without and with a contact on the last day; `kind`: PERSUADABLE, SURE_THING,
LOST_CAUSE, SLEEPING_DOG. Only for the series the party does not hold then."""

CAMPAIGN_EFFECTS: Schema = {
    "campaign": TEXT, "party": NUMBER, "series": TEXT, "channel": TEXT, "own_ppm": SMALL, "contacted_ppm": SMALL, "kind": TEXT,
}  # fmt: skip
"""Never sent. The same two chances, for each member of a campaign, in the 90 days from the first day of the campaign's window
(members are assigned, and contacted, in its first twenty days)."""

CIRCUMSTANCES: Schema = {
    "record": NUMBER, "party": NUMBER, "company": TEXT, "kind": TEXT, "value": TEXT, "so": TEXT, "told_on": DAY,
}  # fmt: skip
"""What a company was told: RISK_LEVEL, INCOME, STATUS, CAPACITY or PROFILING, in the words of `policy.feed_targets`. `so`: never
sent; what is so on the last day, whatever was told."""

MISCONDUCT: Schema = {"kind": TEXT, "seller": TEXT, "contract": NUMBER, "party": NUMBER, "on": DAY}
"""Never sent. `kind`: SELF_POLICY, MUTUAL_POLICY, PHANTOM_ACCOUNT, TYING, OFF_BOOK_SALE, PERIOD_END_BUNCHING, PREMIUM_BY_SELLER."""

IN_CHUNK: dict[str, Schema] = {
    "parties": PARTIES, "records": RECORDS, "contracts": CONTRACTS, "consents": CONSENTS, "blocks": BLOCKS, "ties": TIES,
    "contacts": CONTACTS, "campaign_members": CAMPAIGN_MEMBERS, "claims": CLAIMS, "effects": EFFECTS,
    "campaign_effects": CAMPAIGN_EFFECTS, "misconduct": MISCONDUCT, "circumstances": CIRCUMSTANCES,
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """The companies' organisation: who sells what for whom, where."""

    branches: pl.DataFrame
    channels: pl.DataFrame
    channel_products: pl.DataFrame
    agreements: pl.DataFrame
    sellers: pl.DataFrame


@dataclass(frozen=True)
class Chunk:
    """Some thousand customers with all that belongs to them; `tables` has a frame for each name in IN_CHUNK."""

    number: int
    tables: dict[str, pl.DataFrame]
