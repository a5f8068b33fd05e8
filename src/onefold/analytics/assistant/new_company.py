"""A company nobody knows yet: its products named after what the files hold, its catalogue drafted for a person to complete."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from onefold.analytics.assistant.drafts import Draft
from onefold.analytics.assistant.words import say
from onefold.analytics.assistant.yaml_text import quoted

PRODUCTS_MAX = 30


def name_products(draft: Draft, language: str) -> None:
    """Give a file of contracts products of its own: one for each code, or one for all."""
    source = draft.map.get("product")
    if draft.target != "contracts" or source is None:
        return
    if source.codes and len(source.codes) <= PRODUCTS_MAX:
        source.codes = {code: f"{_series(draft)}.{_code(code, place)}" for place, code in enumerate(source.codes, 1)}
    elif source.constant:
        source.constant = f"{_series(draft)}.STD"
    else:
        return
    source.remarks = [say(language, "product_drafted")]


def _series(draft: Draft) -> str:
    name = draft.name.removeprefix(f"{draft.company.lower()}_").upper()
    return f"{draft.company}.{name}"


def _code(text: str, place: int) -> str:
    return re.sub("[^A-Z0-9]+", "_", text.upper()).strip("_") or f"P{place}"


def write_catalogue(drafts: Sequence[Draft], folder: Path, company: str) -> Path:
    """Write `catalogue/catalogue.yaml`, unless there is one: the company, one series a file of contracts, their products."""
    path = folder / "catalogue" / "catalogue.yaml"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        contracts = [draft for draft in drafts if draft.target == "contracts"]
        path.write_text("\n".join(_lines(contracts, company)) + "\n", encoding="utf-8")
    return path


def _lines(contracts: Sequence[Draft], company: str) -> Iterator[str]:
    yield f"about: {{en: Products of {company}, zh-Hans: {company} 的产品}}"
    yield "jurisdiction: CN-2026"
    yield "companies:"
    yield f"  {company}: {{pillar: TODO, name: {{en: {company}, zh-Hans: {company}}}}}   # TODO: INSURANCE, BANKING or INVESTMENT?"
    yield "series:"
    for draft in contracts:
        names = f"{{en: {quoted(draft.sample.stem)}, zh-Hans: {quoted(draft.sample.stem)}}}"
        yield f"  {_series(draft)}:   # from {draft.sample.path.name}"
        yield f"    company: {company}"
        yield "    line: TODO   # TODO: LIFE, MOTOR, CARD, LOAN, DEPOSIT, ...?"
        yield f"    name: {names}"
        yield "    kinds: [PERSON]   # ORGANISATION as well?"
        yield "    on_sale: {from: 2000-01-01}   # until: its first day no longer on sale"
        yield "    terms:   # the filed terms of the product: ages, lowest grade of a seller"
        yield '      - {from: 2000-01-01, value: {age_min: 18, grade_min: 1}, reference: "TODO"}   # TODO: which document says so?'
    yield "products:"
    for draft in contracts:
        source = draft.map.get("product")
        sent = (source.codes or {draft.sample.stem: source.constant or ""}) if source else {}
        for name, product in sent.items():
            yield f"  {product}: {{series: {_series(draft)}, name: {{en: {quoted(str(name))}, zh-Hans: {quoted(str(name))}}}}}"
