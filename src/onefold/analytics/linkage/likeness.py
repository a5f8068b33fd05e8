"""What is compared of two records, and in which levels. Plain SQL that DuckDB and Spark read alike: equality and Levenshtein.

A comparison takes the first of its levels that holds; where what it needs is missing it says nothing (`silent`).
Phone and address are one comparison: a family shares both, and two pieces of evidence that always come together are one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """`code` is what an explanation shows; `holds` is SQL over columns of the left (_l) and the right (_r) record."""

    code: str
    holds: str


@dataclass(frozen=True)
class Comparison:
    """The last level is whatever else. `frequency`: a column whose rare values speak louder in the first level."""

    name: str
    silent: str
    levels: tuple[Level, ...]
    frequency: str | None = None


def _both(column: str) -> str:
    return f"({column}_l is not null and {column}_r is not null)"


def _missing(column: str) -> str:
    return f"({column}_l is null or {column}_r is null)"


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _near(left: str, right: str) -> str:
    """The same but for a typing error: one in four letters or more, two in seven or more, or letters in another order."""
    left, right, one, other = f"{left}_l", f"{right}_r", f"{left}_letters_l", f"{right}_letters_r"
    distance, shorter = f"levenshtein({left}, {right})", f"least(length({left}), length({right}))"
    return (
        f"({left} = {right} or ({shorter} >= 4 and {distance} <= 1) or ({shorter} >= 7 and {distance} <= 2)"
        f" or ({shorter} >= 3 and {one} = {other}))"
    )


_LATIN = "latin_l = 1 and latin_r = 1"
_TYPED_NAME = (
    f"({_LATIN} and (({_near('given', 'given')} and {_near('surname', 'surname')})"
    f" or ({_near('given', 'surname')} and {_near('surname', 'given')})))"
)
_ONE_NAME = (
    f"({_LATIN} and ({_near('given', 'given')} or {_near('surname', 'surname')}"
    f" or {_near('given', 'surname')} or {_near('surname', 'given')}))"
)
_GIVEN_ALONE = "(given_l = given_r and length(given_l) >= 2)"
_ONE_CHARACTER = (
    "(surname_l = surname_r and length(given_l) = 2 and length(given_r) = 2 and"
    " (substr(given_l, 1, 1) = substr(given_r, 1, 1) or substr(given_l, 2, 1) = substr(given_r, 2, 1)))"
)
_SPREADSHEET_DAYS = 1462
"""Between the two beginnings of time of a spreadsheet, 1900 and 1904."""

COMPARISONS: tuple[Comparison, ...] = (
    Comparison(
        "name", _missing("name"),
        (
            Level("NAME_SAME", _same("name")),
            Level("NAME_ALIKE", f"(alike_l = alike_r or {_TYPED_NAME})"),
            Level("NAME_GIVEN", f"({_GIVEN_ALONE} or {_ONE_NAME})"),
            Level("NAME_CHARACTER", _ONE_CHARACTER),
            Level("NAME_FAMILY", _same("surname")),
            Level("NAME_OTHER", ""),
        ),
        frequency="name",
    ),
    Comparison(
        "birth", _missing("born"),
        (
            Level("BIRTH_SAME", _same("born")),
            Level("BIRTH_TYPED", f"(levenshtein(born_l, born_r) <= 1 or born_digits_l = born_digits_r or abs(born_day_l - born_day_r) = {_SPREADSHEET_DAYS})"),
            Level("BIRTH_NEAR", "(levenshtein(born_l, born_r) <= 2)"),
            Level("BIRTH_OTHER", ""),
        ),
    ),
    Comparison(
        "reach", f"(not {_both('phone')} and not {_both('address')})",
        (
            Level("REACH_BOTH", f"({_same('phone')} and {_same('address')})"),
            Level("REACH_PHONE", _same("phone")),
            Level("REACH_ADDRESS", _same("address")),
            Level("REACH_NEAR", f"(levenshtein(phone_l, phone_r) <= 1 or (house_l = house_r and {_near('street', 'street')}))"),
            Level("REACH_PARTLY", f"(house_l = house_r or {_near('street', 'street')} or substr(street_l, 1, 8) = substr(street_r, 1, 8))"),
            Level("REACH_OTHER", ""),
        ),
    ),
    Comparison(
        "email", _missing("email"),
        (Level("EMAIL_SAME", _same("email")), Level("EMAIL_NEAR", "(levenshtein(email_l, email_r) <= 2)"), Level("EMAIL_OTHER", "")),
    ),
    Comparison(
        "region", f"({_missing('region')} or coalesce({_same('address')}, false))",
        (Level("REGION_SAME", _same("region")), Level("REGION_NEAR", _near("town", "town")), Level("REGION_OTHER", "")),
    ),
    Comparison("sex", _missing("sex"), (Level("SEX_SAME", _same("sex")), Level("SEX_OTHER", ""))),
    Comparison(
        "document", _missing("document"),
        (Level("DOCUMENT_SAME", _same("document")), Level("DOCUMENT_NEAR", "(levenshtein(document_l, document_r) <= 2)"), Level("DOCUMENT_OTHER", "")),
    ),
)  # fmt: skip

LEVELS: tuple[str, ...] = tuple(level.code for comparison in COMPARISONS for level in comparison.levels)

SHARED = frozenset({"REACH_BOTH", "REACH_PHONE", "REACH_ADDRESS", "EMAIL_SAME", "DOCUMENT_SAME", "BIRTH_SAME"})
"""Levels so rare among strangers that they are counted where they can occur and not in a sample."""

BLOCKS: dict[str, tuple[str, ...]] = {
    "phone": ("phone",),
    "email": ("email",),
    "document": ("document",),
    "place": ("address", "region"),
    "name": ("name",),
    "name_birth": ("name", "born"),
    "name_region": ("name", "region"),
    "alike_birth": ("alike", "born"),
    "given_birth": ("given", "born"),
    "surname_birth": ("surname", "born"),
    "birth_region": ("born", "region"),
    "birth": ("born",),
    "alike_region": ("alike", "region"),
    "given_region": ("given", "region"),
    "surname_region": ("surname", "region"),
    "house_region": ("house", "region"),
    "given_month": ("given", "month"),
    "surname_month": ("surname", "month"),
    "mailbox": ("mailbox",),
}
"""Ways in which two records become candidates: alike in all these columns."""


def block(name: str) -> str:
    return f"block_{name}"


RARE_BLOCKS = ("phone", "email", "document", "place", "birth")
"""Ways to find all pairs at those rare levels."""
