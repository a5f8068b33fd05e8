"""What a feed may fill: for each target its fields, their kinds and their closed lists of codes."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, WHOLE, DAY, MONEY = "text", "whole", "day", "money"
GROUP = "GROUP"
"""The company of a feed that speaks for the whole group: channels, their products, agreements, sellers."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a target. `one_of`: the codes it may hold; `refers_to`: the dataset in which its code must be known."""

    name: str
    kind: str = TEXT
    needed: bool = True
    one_of: tuple[str, ...] = ()
    refers_to: str = ""
    several: bool = False
    """True where the value is a comma separated list of codes."""


@dataclass(frozen=True, slots=True)
class Target:
    """One target: its fields and the fields that make its key within the company."""

    name: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    may_be_group: bool = False

    @property
    def is_kept(self) -> bool:
        """True where facts hang on the rows: what is no longer sent, or said to be deleted, stays."""
        return self.name in ("source_records", "channels", "lookup")

    @property
    def money(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.kind == MONEY)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


def _optional(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, needed=False) for name in names)


_KINDS = ("PERSON", "ORGANISATION")
_STATUS = ("IN_FORCE", "LAPSED", "CANCELLED", "EXPIRED", "SURRENDERED")
_CATEGORIES = ("BASIC", "HOLDINGS", "CONTACTS", "CLAIMS", "CIRCUMSTANCES")
_CHANNELS = ("AGENT", "COUNTER", "TELEPHONE", "BANK", "ONLINE", "BROKER")
_TIES = ("SPOUSE", "PARENT", "CHILD", "SIBLING", "SAME_HOUSEHOLD")
ID_TYPES = ("RESIDENT_ID", "PASSPORT", "CREDIT_CODE", "TRAVEL_PERMIT", "RESIDENCE_PERMIT", "OTHER")

CIRCUMSTANCES: dict[str, tuple[str, ...]] = {
    "RISK_LEVEL": ("1", "2", "3", "4", "5"),
    "INCOME": (),
    "STATUS": ("ACTIVE", "DECEASED", "CLOSED", "IN_LIQUIDATION"),
    "CAPACITY": ("FULL", "LIMITED", "NONE"),
    "PROFILING": ("ALLOWED", "REFUSED"),
}
"""What a company may tell of a customer's circumstances, and in which words; incomes by the bands of the rulebook."""

_VALID = (Field("valid_from", DAY), Field("valid_until", DAY, needed=False))
_HOLDER = Field("source_key", refers_to="source_records")
_COMPANY = Field("company", needed=False, refers_to="companies")

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target(
            "source_records",
            ("source_key",),
            (
                Field("source_key"),
                Field("kind", one_of=_KINDS),
                Field("name", needed=False),
                Field("sex", needed=False, one_of=("F", "M")),
                Field("born_on", DAY, needed=False),
                Field("id_type", needed=False, one_of=ID_TYPES),
                *_optional("id_number", "phone", "email", "address", "region"),
            ),
        ),
        Target(
            "contracts",
            ("contract_no",),
            (
                Field("contract_no"),
                _HOLDER,
                Field("product", refers_to="products"),
                Field("status", one_of=_STATUS),
                *_VALID,
                Field("channel", needed=False, refers_to="channels"),
                Field("seller", needed=False, refers_to="sellers"),
                Field("premium_minor", MONEY, needed=False),
                Field("currency", needed=False),
            ),
        ),
        Target(
            "consents",
            ("source_key", "to_company", "purpose", "notice_version", "valid_from"),
            (
                _HOLDER,
                Field("to_company", refers_to="companies"),
                Field("purpose", one_of=("MARKETING", "SERVICE")),
                Field("categories", one_of=_CATEGORIES, several=True),
                Field("notice_version"),
                *_VALID,
            ),
        ),
        Target("contact_blocks", ("source_key", "valid_from"), (_HOLDER, *_VALID)),
        Target(
            "channels",
            ("channel",),
            (Field("channel"), _COMPANY, Field("kind", one_of=_CHANNELS), Field("name_en"), Field("name_zh")),
            may_be_group=True,
        ),
        Target(
            "channel_products",
            ("channel", "series", "valid_from"),
            (Field("channel", refers_to="channels"), Field("series", refers_to="product_series"), *_VALID),
            may_be_group=True,
        ),
        Target(
            "agency_agreements",
            ("agreement_no",),
            (
                Field("agreement_no"),
                Field("seller_company", refers_to="companies"),
                Field("owner_company", refers_to="companies"),
                *_VALID,
            ),
            may_be_group=True,
        ),
        Target(
            "sellers",
            ("seller",),
            (
                Field("seller"),
                _COMPANY,
                Field("channel", refers_to="channels"),
                Field("grade", WHOLE),
                *_VALID,
                Field("name"),
                *_optional("region", "registration_no", "phone"),
            ),
            may_be_group=True,
        ),
        Target(
            "relations",
            ("source_key", "other_source_key"),
            (_HOLDER, Field("other_source_key", refers_to="source_records"), Field("kind", one_of=_TIES)),
        ),
        Target(
            "past_contacts",
            ("contact_no",),
            (
                Field("contact_no"),
                _HOLDER,
                Field("channel", needed=False, refers_to="channels"),
                Field("seller", needed=False, refers_to="sellers"),
                Field("series", needed=False, refers_to="product_series"),
                Field("direction", one_of=("OUTBOUND", "INBOUND")),
                Field("happened_on", DAY),
                Field("outcome", one_of=("NOT_REACHED", "DECLINED", "LATER", "ACCEPTED")),
                Field("campaign", needed=False),
            ),
        ),
        Target(
            "campaign_members",
            ("campaign", "source_key"),
            (
                Field("campaign"),
                _HOLDER,
                Field("series", needed=False, refers_to="product_series"),
                Field("channel", needed=False, refers_to="channels"),
                Field("arm", one_of=("CONTACT", "CONTROL", "HOLDOUT")),
                Field("assigned_on", DAY),
                Field("treated_share_ppm", WHOLE, needed=False),
            ),
        ),
        Target(
            "claims",
            ("claim_no",),
            (
                Field("claim_no"),
                Field("contract_no", refers_to="contracts"),
                Field("happened_on", DAY),
                Field("reported_on", DAY),
                Field("settled_on", DAY, needed=False),
                Field("claimed_minor", MONEY),
                Field("paid_minor", MONEY, needed=False),
                Field("currency", needed=False),
                Field("outcome", one_of=("OPEN", "PAID", "PARTLY_PAID", "DECLINED")),
            ),
        ),
        Target(
            "circumstances",
            ("source_key", "kind", "told_on"),
            (_HOLDER, Field("kind", one_of=tuple(CIRCUMSTANCES)), Field("value"), Field("told_on", DAY)),
        ),
        Target("lookup", (), ()),
    )
}
