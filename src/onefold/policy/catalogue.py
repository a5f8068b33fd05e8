"""The catalogue pack as typed rows: companies, product series with dated terms, products.

Field names and types are those of the datasets `companies`, `product_series` and `products`, so rows pass over unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from onefold.policy.dated import Entry, dated_entries, entry_on
from onefold.policy.packs import Place

PILLARS = ("INSURANCE", "BANKING", "INVESTMENT")
KINDS = ("PERSON", "ORGANISATION")
AGE_LARGEST = 150


@dataclass(frozen=True, slots=True)
class Company:
    company: str
    pillar: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class Series:
    """A product series with the terms of one day. `on_sale_from` None = never yet, `on_sale_until` None = open."""

    series: str
    company: str
    pillar: str
    line: str
    name_en: str
    name_zh: str
    kinds: str
    on_sale_from: date | None
    on_sale_until: date | None
    age_min: int | None
    age_max: int | None
    grade_min: int

    def fits(self, kind: str) -> bool:
        """May a PERSON or an ORGANISATION hold it?"""
        return kind in self.kinds.split(",")

    def on_sale(self, on: date) -> bool:
        return (
            self.on_sale_from is not None
            and self.on_sale_from <= on
            and (self.on_sale_until is None or on < self.on_sale_until)
        )


@dataclass(frozen=True, slots=True)
class Product:
    product: str
    series: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The catalogue with the terms of one day; every row sorted by its code."""

    companies: tuple[Company, ...]
    series: tuple[Series, ...]
    products: tuple[Product, ...]

    def series_of(self, code: str) -> Series:
        """Raises `LookupError` for a code that is not in the catalogue."""
        return next(iter(row for row in self.series if row.series == code), None) or _unknown(code)


def _unknown(code: str) -> Series:
    raise LookupError(f"no series {code} in the catalogue")


@dataclass(frozen=True, slots=True)
class SeriesHistory:
    """A series and the history of its terms; before the first terms the first ones are shown."""

    series: Series
    terms: tuple[Entry, ...]

    def on(self, day: date) -> Series:
        return replace(self.series, **self.terms[max(entry_on(self.terms, day), 0)].value)


@dataclass
class CatalogueFiles:
    """What the files of the pack say together."""

    companies: dict[str, Company]
    series: dict[str, SeriesHistory]
    products: dict[str, Product]

    def on(self, day: date) -> Catalogue:
        return Catalogue(
            tuple(self.companies[code] for code in sorted(self.companies)),
            tuple(self.series[code].on(day) for code in sorted(self.series)),
            tuple(self.products[code] for code in sorted(self.products)),
        )


def read_catalogue(places: list[tuple[str, Place]], *, drafts: bool) -> CatalogueFiles:
    """Read `companies`, `series` and `products` sections in this order, from whatever files hold them."""
    found = CatalogueFiles({}, {}, {})
    for section, reader in (("companies", _company), ("series", _series), ("products", _product)):
        for code, place in [entry for name, top in places if name == section for entry in top.places()]:
            if code in getattr(found, section):
                place.broken(f"there is already one of this code among the {section}")
            reader(found, Place(place.file, place.path, code).code(), place, drafts)
    return found


def _company(found: CatalogueFiles, code: str, place: Place, drafts: bool) -> None:
    place.only("pillar", "name")
    name = place.at("name").languages()
    found.companies[code] = Company(code, _one_of(place.at("pillar"), PILLARS), name["en"], name["zh-Hans"])


def _series(found: CatalogueFiles, code: str, place: Place, drafts: bool) -> None:
    place.only("company", "line", "name", "kinds", "on_sale", "terms")
    company = found.companies.get(place.at("company").code()) or place.at("company").broken("no such company")
    name, (since, until) = place.at("name").languages(), _on_sale(place)
    kinds = ",".join(sorted({_one_of(item, KINDS) for item in place.at("kinds").items()}, key=KINDS.index))
    terms = _terms(place.at("terms"), drafts)
    row = Series(
        code, company.company, company.pillar, place.at("line").code(), name["en"], name["zh-Hans"], kinds, since, until, None, None, 1
    )  # fmt: skip
    found.series[code] = SeriesHistory(row, terms)


def _on_sale(place: Place) -> tuple[date | None, date | None]:
    sale = place.maybe("on_sale")
    if sale is None:
        return None, None
    sale.only("from", "until")
    since, until = sale.at("from").day(), sale.maybe("until")
    if until and until.day() <= since:
        until.broken("the sale must end after it begins")
    return since, until.day() if until else None


def _terms(place: Place, drafts: bool) -> tuple[Entry, ...]:
    for item in place.items():
        value = item.at("value")
        value.only("age_min", "age_max", "grade_min")
        ages = [age.whole() for age in (value.maybe("age_min"), value.maybe("age_max")) if age]
        if ages != sorted(ages) or any(age > AGE_LARGEST for age in ages):
            value.broken("the ages must be a range of whole years")
        if value.at("grade_min").whole(1) > 3:
            value.broken("grade_min must be 1, 2 or 3")
    entries = dated_entries(place, drafts=drafts)
    if not entries:
        place.broken("needs at least one entry that is not a draft")
    return entries


def _product(found: CatalogueFiles, code: str, place: Place, drafts: bool) -> None:
    place.only("series", "name")
    series, name = place.at("series"), place.at("name").languages()
    if series.code() not in found.series:
        series.broken("no such series")
    found.products[code] = Product(code, series.code(), name["en"], name["zh-Hans"])


def _one_of(place: Place, known: tuple[str, ...]) -> str:
    if place.text() not in known:
        place.broken(f"must be one of {', '.join(known)}")
    return place.text()
