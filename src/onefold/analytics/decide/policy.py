"""What the rulebook and the catalogue say about every offer, whoever the customer is: the side of the series and sellers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import in_force
from onefold.policy import Rulebook, Series

KINDS = ("PERSON", "ORGANISATION")
NO_LIMIT = -1
NOBODY = -1
MILLION = 1_000_000


@dataclass(frozen=True)
class SeriesTerms:
    """S series sorted by code; arrays over their positions."""

    codes: pa.StringArray
    owner: NDArray[np.int64]
    """position of the owner company"""
    line: NDArray[np.int64]
    """position of the line of business"""
    fits: NDArray[np.bool_]
    """2 x S: PERSON, ORGANISATION"""
    on_sale: NDArray[np.bool_]
    age_min: NDArray[np.int64]
    age_max: NDArray[np.int64]
    risk: NDArray[np.int64]
    risk_tested: NDArray[np.bool_]
    outlay: NDArray[np.int64]
    paying_years: NDArray[np.int64]
    margin: NDArray[np.int64]
    pays_once: NDArray[np.bool_]
    """S x S: [s, h] both cover a loss that is paid once"""
    comes_first: NDArray[np.bool_]
    """S x S: [s, h] h is one of those of which one comes before s"""
    registered: NDArray[np.bool_]
    """only a registered seller may sell it"""
    life: NDArray[np.bool_]
    """owned by a life insurer"""


@dataclass(frozen=True)
class SellerTerms:
    """L sellers in force sorted by code, and one more row for nobody; arrays over positions."""

    codes: pa.StringArray
    company: NDArray[np.int64]
    channel: NDArray[np.int64]
    grade: NDArray[np.int64]
    region: NDArray[np.int64]
    """position among `regions`; NOBODY where the seller has none"""
    registered: NDArray[np.int64]
    """1, 0, NOBODY where nobody looked"""
    by_telephone: NDArray[np.bool_]
    contact_cost: NDArray[np.int64]
    second_life: NDArray[np.bool_]
    """an agent of a life insurer"""


@dataclass(frozen=True)
class Limits:
    """What the rulebook says on the day whatever the customer, seller and series: one number each."""

    capacity_age: int
    adult_age: int
    guarded_risk_max: int
    outlay_free: int
    burden_max: int
    burden_warn: int
    retirement_age: int
    quiet_from: int
    quiet_until: int
    contacts_max: int
    other_company_rest: int
    uplift: NDArray[np.int64]
    """by basis: popularity, prior, propensity, effect"""
    context: int
    repeat_left: int


@dataclass(frozen=True)
class Policy:
    """C companies and K channels sorted by code, the series, the sellers and the limits of the day."""

    as_of: date
    companies: pa.StringArray
    lines: pa.StringArray
    regions: pa.StringArray
    series: SeriesTerms
    sellers: SellerTerms
    limits: Limits
    pools: tuple[NDArray[np.int64], ...]
    """C: sellers in force in the channels of the company"""
    may_sell: NDArray[np.bool_]
    """K + 1 x S: the channel-product matrix of the day; the last row is no channel"""
    agreement: NDArray[np.bool_]
    """C x C: seller company, owner company; true on the diagonal"""
    required_grade: NDArray[np.int64]
    """C x S"""
    licensed: Mapping[int, tuple[str, ...]]
    """position of a company that may not sell everywhere → how the regions begin in which it may"""


def policy(lake: Lake, rulebook: Rulebook, as_of: date) -> Policy:
    """Read the catalogue, the channel-product matrix, the agency agreements and the sellers as they are on the day."""
    rows = lake.arrow(lake.table("product_series").order_by("series"))
    companies = lake.arrow(lake.table("companies").order_by("company"))["company"].combine_chunks()
    channels = lake.arrow(lake.table("channels").order_by("channel"))
    lines = rows["line"].unique().sort()
    sellers, regions = _sellers(lake, rulebook, companies, channels, as_of)
    may_sell = _pairs(lake, "channel_products", as_of, ("channel", channels["channel"]), ("series", rows["series"]))
    licences: dict[str, list[str]] = rulebook.value_or("suitability.regions_licensed", as_of, {})
    return Policy(
        as_of,
        companies,
        lines,
        regions,
        _series(rows, rulebook, companies, lines, as_of),
        sellers,
        _limits(rulebook, as_of),
        _pools(sellers.channel[:-1], positions(channels["company"], companies), len(companies)),
        np.vstack([may_sell, np.zeros((1, len(rows)), np.bool_)]),
        _pairs(lake, "agency_agreements", as_of, ("seller_company", companies), ("owner_company", companies))
        | np.eye(len(companies), dtype=np.bool_),
        _required_grade(rulebook, companies, rows, as_of),
        {place: tuple(licences[code]) for place, code in enumerate(companies.to_pylist()) if code in licences},
    )


def _series(
    rows: pa.Table, rulebook: Rulebook, companies: pa.StringArray, lines: pa.StringArray, as_of: date
) -> SeriesTerms:
    terms = [Series(**row) for row in rows.to_pylist()]

    def each(read: Callable[[Series], Any], kind: type[Any] = np.int64) -> NDArray[Any]:
        return np.array([read(one) for one in terms], dtype=kind)

    def of(name: str) -> NDArray[Any]:
        return each(lambda one: rulebook.of_series(name, one, on=as_of))

    risk = of("suitability.product_risk")
    tested: dict[str, int] = rulebook.value_or("suitability.risk_test_from", as_of, {})
    never = 6
    once: dict[str, str] = rulebook.value("suitability.paid_once", on=as_of)
    first: dict[str, list[str]] = rulebook.value("suitability.covered_first", on=as_of)
    registers = rulebook.value_or("suitability.register_asked", as_of, [])
    life = rulebook.value_or("suitability.life_insurers", as_of, [])
    kinds = [once.get(one.line) for one in terms]
    return SeriesTerms(
        codes=rows["series"].combine_chunks(),
        owner=positions(rows["company"], companies),
        line=positions(rows["line"], lines),
        fits=_fits(rows),
        on_sale=_on_sale(rows, as_of),
        age_min=whole(rows["age_min"]),
        age_max=whole(rows["age_max"]),
        risk=risk,
        risk_tested=risk >= each(lambda one: tested.get(one.pillar, tested.get("other", never))),
        outlay=of("suitability.yearly_outlay"),
        paying_years=of("suitability.paying_years"),
        margin=of("economics.standard_margin"),
        pays_once=_square(len(terms), lambda s, h: kinds[s] is not None and kinds[s] == kinds[h] and s != h),
        comes_first=_square(len(terms), lambda s, h: terms[h].line in first.get(terms[s].line, [])),
        registered=each(lambda one: one.pillar in registers, np.bool_),
        life=each(lambda one: one.company in life, np.bool_),
    )


def _square(size: int, holds: Callable[[int, int], bool]) -> NDArray[np.bool_]:
    return np.array([[holds(one, other) for other in range(size)] for one in range(size)], np.bool_).reshape(size, size)


def _sellers(
    lake: Lake, rulebook: Rulebook, companies: pa.StringArray, channels: pa.Table, as_of: date
) -> tuple[SellerTerms, pa.StringArray]:
    """The sellers in force, and the regions they have."""
    register = lake.table("sellers")
    rows = lake.arrow(register.filter(in_force(register, as_of)).order_by("seller"))
    regions = rows["region"].drop_null().unique().sort()
    costs: dict[str, int] = rulebook.value("economics.contact_cost", on=as_of)
    kinds = [*channels["kind"].to_pylist(), ""]
    cost = np.array([costs.get(kind, max(costs.values(), default=0)) for kind in kinds], np.int64)
    channel = _and_nobody(positions(rows["channel"], channels["channel"]))
    company = _and_nobody(positions(rows["company"], companies))
    life = set(rulebook.value_or("suitability.life_insurers", as_of, []))
    of_life = np.array([code in life for code in [*companies.to_pylist(), ""]], np.bool_)
    terms = SellerTerms(
        codes=rows["seller"].combine_chunks(),
        company=company,
        channel=channel,
        grade=_and_nobody(whole(rows["grade"])),
        region=_and_nobody(positions(rows["region"], regions)),
        registered=_and_nobody(whole(rows["has_registration_no"].cast(pa.int64()))),
        by_telephone=np.array([kind == "TELEPHONE" for kind in kinds], np.bool_)[channel],
        contact_cost=cost[channel],
        second_life=of_life[company] & np.array([kind == "AGENT" for kind in kinds], np.bool_)[channel],
    )
    return terms, regions


def _and_nobody(values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.append(values, NOBODY)


def _limits(rulebook: Rulebook, as_of: date) -> Limits:
    """The numbers of the day. On a day before a rule began it limits nothing."""

    def of(name: str, before: Any = None) -> Any:
        return rulebook.value(name, on=as_of) if before is None else rulebook.value_or(name, as_of, before)

    quiet = of("contact.quiet_time", {"from": "00:00", "until": "00:00"})
    uplift = of("economics.uplift_assumed")
    return Limits(
        capacity_age=of("suitability.capacity_age", 0),
        adult_age=of("suitability.adult_age", 0),
        guarded_risk_max=of("suitability.guarded_risk_max", 5),
        outlay_free=of("suitability.outlay_free"),
        burden_max=of("suitability.burden_max"),
        burden_warn=of("suitability.burden_warn"),
        retirement_age=of("suitability.retirement_age"),
        quiet_from=_minute(quiet["from"]),
        quiet_until=_minute(quiet["until"]),
        contacts_max=of("contact.household_contacts")["max"],
        other_company_rest=of("contact.other_company_rest"),
        uplift=np.array([uplift["POPULARITY"], uplift["PRIOR"], uplift["PROPENSITY"], MILLION], np.int64),
        context=of("economics.context")["BATCH"],
        repeat_left=of("economics.repeated_line")["left"],
    )


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return 60 * int(hour) + int(minute)


def positions(values: pa.ChunkedArray | pa.Array, codes: pa.ChunkedArray | pa.Array) -> NDArray[np.int64]:
    """Return where each value stands among the codes; NOBODY where it does not, or is empty."""
    codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    return whole(pc.index_in(values, value_set=codes, skip_nulls=True))


def whole(values: pa.ChunkedArray | pa.Array) -> NDArray[np.int64]:
    """Return 64-bit integers; -1 (no limit, nobody, unknown) where empty."""
    return np.asarray(pc.fill_null(values, NO_LIMIT)).astype(np.int64)


def _fits(series: pa.Table) -> NDArray[np.bool_]:
    kinds = [text.split(",") for text in series["kinds"].to_pylist()]
    return np.array([[kind in listed for listed in kinds] for kind in KINDS], dtype=np.bool_).reshape(
        len(KINDS), len(kinds)
    )


def _on_sale(series: pa.Table, as_of: date) -> NDArray[np.bool_]:
    begun = pc.fill_null(pc.less_equal(series["on_sale_from"], as_of), False)
    going = pc.fill_null(pc.greater(series["on_sale_until"], as_of), True)
    return np.asarray(pc.and_(begun, going)).astype(np.bool_)


def _pools(seller_channel: NDArray[np.int64], home: NDArray[np.int64], companies: int) -> tuple[NDArray[np.int64], ...]:
    placed = np.where(seller_channel == NOBODY, NOBODY, np.append(home, NOBODY)[seller_channel])
    return tuple(np.flatnonzero(placed == company) for company in range(companies))


def _pairs(
    lake: Lake, dataset: str, as_of: date, rows: tuple[str, pa.ChunkedArray], columns: tuple[str, pa.ChunkedArray]
) -> NDArray[np.bool_]:
    """Lay the dataset's rows in force into a matrix of row codes x column codes."""
    table = lake.table(dataset)
    found = lake.arrow(table.filter(in_force(table, as_of)).select(rows[0], columns[0]))
    row, column = positions(found[rows[0]], rows[1]), positions(found[columns[0]], columns[1])
    matrix = np.zeros((len(rows[1]), len(columns[1])), np.bool_)
    both = (row != NOBODY) & (column != NOBODY)
    matrix[row[both], column[both]] = True
    return matrix


def _required_grade(
    rulebook: Rulebook, companies: pa.StringArray, series: pa.ChunkedArray, as_of: date
) -> NDArray[np.int64]:
    terms = [Series(**row) for row in series.to_pylist()]
    grades = [[rulebook.required_grade(company, one, on=as_of) for one in terms] for company in companies.to_pylist()]
    return np.array(grades, dtype=np.int64).reshape(len(companies), len(terms))
