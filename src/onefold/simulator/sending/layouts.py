"""The files of the group: for each feed its columns in order and the form of its bytes. `vocabulary` has the words."""

from __future__ import annotations

from dataclasses import dataclass

from onefold.simulator.sending.vocabulary import COMPANIES, GROUP, Codes, Vocabulary

TEXT, DAY, MONEY, CODES, WHOLE = "text", "day", "money", "codes", "whole"
CSV, EXCEL, PARQUET, JSONL = "csv", "excel", "parquet", "jsonl"

LISTS: dict[str, tuple[str, ...]] = {
    "customers": (
        "source_key", "kind", "name", "sex", "born_on", "id_type", "id_number", "phone", "email", "address", "region",
    ),
    "contracts": (
        "contract_no", "source_key", "product", "status", "valid_from", "valid_until", "channel", "seller",
        "premium_minor",
    ),
    "consents": ("source_key", "to_company", "purpose", "categories", "notice_version", "valid_from", "valid_until"),
    "contact_blocks": ("source_key", "valid_from", "valid_until"),
    "relations": ("source_key", "other_source_key", "kind"),
    "past_contacts": (
        "contact_no", "source_key", "channel", "seller", "series", "direction", "happened_on", "outcome", "campaign",
    ),
    "campaign_members": (
        "campaign", "source_key", "series", "channel", "arm", "assigned_on", "treated_share_ppm",
    ),
    "circumstances": ("source_key", "kind", "value", "told_on"),
    "claims": (
        "claim_no", "contract_no", "happened_on", "reported_on", "settled_on", "claimed_minor", "paid_minor", "outcome",
    ),
}  # fmt: skip
"""The lists a company keeps, each with its fields. A company without a header for a field does not keep it."""

GROUP_LISTS: dict[str, tuple[str, ...]] = {
    "channels": ("channel", "company", "kind", "name_en", "name_zh"),
    "channel_products": ("channel", "series", "valid_from", "valid_until"),
    "agency_agreements": ("agreement_no", "seller_company", "owner_company", "valid_from", "valid_until"),
    "sellers": (
        "seller", "company", "channel", "grade", "region", "name", "registration_no", "phone", "valid_from", "valid_until",
    ),
}  # fmt: skip
INSURERS = ("HLIFE", "HPC", "HHEALTH", "HPENSION")
KEEPERS = {"claims": INSURERS, "circumstances": ("HLIFE", "HBANK", "HSEC", "HFUND")}
"""Lists that not every company keeps, and who does."""

DAYS = frozenset(
    ("born_on", "valid_from", "valid_until", "happened_on", "reported_on", "settled_on", "assigned_on", "told_on")
)
AMOUNTS = frozenset(("premium_minor", "claimed_minor", "paid_minor"))
FREE = frozenset(("name", "address", "email", "categories"))
"""Fields that may hold anything, so that quotes may be needed."""

TICKED = ("HBANK", "consents")
"""This list has one tick box a company instead of one row a company."""

ENDS = frozenset(("valid_until",))


@dataclass(frozen=True)
class Form:
    """How rows become bytes."""

    kind: str = CSV
    encoding: str = "utf-8"
    delimiter: str = ","
    newline: str = "\n"
    mark: bool = False
    packed: bool = False
    trailer: bool = False

    @property
    def suffix(self) -> str:
        name = {CSV: "csv", EXCEL: "xlsx", PARQUET: "parquet", JSONL: "jsonl"}[self.kind]
        return f"{name}.gz" if self.packed else name


@dataclass(frozen=True)
class Column:
    """One column: the field it tells, and how. `codes` empty: the value as it is. `days_less`: 1 where an end is the last day."""

    header: str
    field: str
    kind: str = TEXT
    codes: Codes | None = None
    format: str = ""
    days_less: int = 0
    endless: str = ""
    grouped: bool = False


@dataclass(frozen=True)
class Layout:
    """One feed."""

    feed: str
    company: str
    list: str
    form: Form
    columns: tuple[Column, ...]

    def column(self, field: str) -> Column | None:
        return next((column for column in self.columns if column.field == field), None)

    def file_name(self, day: str) -> str:
        """`day`: eight digits."""
        return f"{self.feed}_{day}.{self.form.suffix}"


def form_of(company: str, list_: str) -> Form:
    """The bytes of a list. The old systems of HPC and HBANK write GB18030; HTRUST, the smallest, sends workbooks."""
    if company == "HTRUST":
        return Form(EXCEL)
    if company == "HPC":
        return Form(encoding="gb18030", trailer=list_ == "contracts")
    if company == "HBANK":
        return Form(encoding="gb18030", delimiter=";", newline="\r\n", packed=list_ == "contracts")
    if (company, list_) == ("HHEALTH", "claims"):
        return Form(JSONL)
    if company == "HHEALTH":
        return Form(mark=True)
    if (company, list_) == ("HFUND", "past_contacts"):
        return Form(PARQUET)
    return Form()


def column_of(vocabulary: Vocabulary, list_: str, field: str) -> Column | None:
    header = vocabulary.header(list_, field)
    if header is None:
        return None
    if field in DAYS:
        ends = field in ENDS
        return Column(
            header,
            field,
            DAY,
            format=vocabulary.day_of(list_, field),
            days_less=1 if ends and vocabulary.last_day else 0,
            endless=vocabulary.endless if ends and list_ == "contracts" else "",
        )
    if field in AMOUNTS:
        return Column(header, field, MONEY, grouped=vocabulary.grouped)
    codes = vocabulary.codes_of(list_, field)
    return Column(header, field, CODES, codes) if codes else Column(header, field)


def _layout(company: str, list_: str) -> Layout:
    vocabulary = COMPANIES[company]
    columns = [column_of(vocabulary, list_, field) for field in LISTS[list_]]
    if (company, list_) == TICKED:
        columns += [Column(f"TO_{other}", f"to_{other}") for other in COMPANIES]
    kept = tuple(column for column in columns if column is not None)
    return Layout(f"{company.lower()}_{list_}", company, list_, form_of(company, list_), kept)


def _group_layout(list_: str, fields: tuple[str, ...]) -> Layout:
    columns = [column_of(GROUP, list_, field) for field in fields]
    kept = tuple(column for column in columns if column is not None)
    return Layout(f"group_{list_}", "GROUP", list_, Form(), kept)


LAYOUTS: dict[tuple[str, str], Layout] = {
    (company, list_): _layout(company, list_)
    for list_ in LISTS
    for company in COMPANIES
    if company in KEEPERS.get(list_, COMPANIES)
}
"""(company, list) → its feed."""

GROUP_LAYOUTS: dict[str, Layout] = {list_: _group_layout(list_, fields) for list_, fields in GROUP_LISTS.items()}
