"""The script of an offer: who calls, what to ask and what to say to each answer, what to read out. All of it dated policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from onefold.domains import rulebook
from onefold.domains.catalogue.queries import SeriesRow
from onefold.domains.sellers.queries import SellerRow
from onefold.web.names import Names

UNREGISTERED = {"en": "not on record", "zh-Hans": "无登记编号"}


def script(series: SeriesRow, seller: SellerRow | None, sells: bool, on: date, names: Names) -> dict[str, Any]:
    """Return the script as plain texts. Who may not sell gets no selling talk: only how to refer."""
    said = {
        "introduction": _introduction(seller, on, names),
        "approval": rulebook.value("scripts.approval", on)[names.language],
        "reference": rulebook.loaded().explain("scripts.questions", on=on).reference,
    }
    if not sells:
        return said | {"referral": rulebook.value("scripts.referral", on)[names.language]}
    return said | {
        "questions": [_question(row, names.language) for row in _for(series, "scripts.questions", on)],
        "disclosures": [
            row[names.language].format(owner=names.company(series.company))
            for row in _for(series, "scripts.disclosures", on, general_first=True)
        ],
    }


def introduction_of(seller: SellerRow | None, names: Names) -> dict[str, str]:
    """Who the seller is, as must be shown: name, company, registration."""
    return {
        "seller": (seller.name or seller.seller) if seller else "",
        "company": names.company(seller.company) if seller else "",
        "registration": (seller.registration_no if seller else None) or UNREGISTERED[names.language],
    }


def _introduction(seller: SellerRow | None, on: date, names: Names) -> str:
    words: str = rulebook.value("scripts.introduction", on)[names.language]
    return words.format(**introduction_of(seller, names))


def _for(series: SeriesRow, value: str, on: date, *, general_first: bool = False) -> list[Mapping[str, Any]]:
    """What stands there for the series, else its line, and what stands for its pillar."""
    texts: Mapping[str, list[Mapping[str, Any]]] = rulebook.value(value, on)
    special = texts.get(series.series) or texts.get(series.line) or []
    general = texts.get(series.pillar, [])
    return [*general, *special] if general_first else [*special, *general]


def _question(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {
        "ask": row["ask"][language],
        "answers": [
            {"if_": answer["if"][language], "say": answer["say"][language], "stop": answer["stop"]}
            for answer in row["answers"]
        ],
    }
