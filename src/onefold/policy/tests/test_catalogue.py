from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onefold import policy
from onefold.policy.tests.packs_made import packs

SUMMER_2026 = date(2026, 6, 30)
COMPANIES = "companies:\n  ALFA: {pillar: INSURANCE, name: {en: Alfa, zh-Hans: 甲}}\n"
SERIES = """
series:
  ALFA.TERM:
    company: ALFA
    line: LIFE
    name: {en: Term, zh-Hans: 定期}
    kinds: [PERSON]
    on_sale: {from: 2020-01-01, until: 2027-01-01}
    terms:
      - {from: 2020-01-01, value: {age_min: 18, age_max: 60, grade_min: 1}, reference: Terms 1}
      - {from: 2026-06-30, value: {age_min: 18, grade_min: 2}, reference: Terms 2}
"""
PRODUCTS = "products:\n  ALFA.TERM.STD: {series: ALFA.TERM, name: {en: Term 10, zh-Hans: 定期10年}}\n"


def catalogue(folder: Path, on: date = SUMMER_2026, /, **changed: str) -> policy.Catalogue:
    files = {"catalogue__1": COMPANIES, "catalogue__2": SERIES, "catalogue__3": PRODUCTS} | changed
    return policy.load(packs(folder, **files)).catalogue(on)


def test_a_series_has_the_terms_of_the_day(tmp_path: Path) -> None:
    first = policy.Series(
        "ALFA.TERM",
        "ALFA",
        "INSURANCE",
        "LIFE",
        "Term",
        "定期",
        "PERSON",
        date(2020, 1, 1),
        date(2027, 1, 1),
        18,
        60,
        1,
    )
    for day in (date(2019, 1, 1), date(2020, 1, 1), date(2026, 6, 29)):
        assert catalogue(tmp_path, day).series == (first,)
    assert catalogue(tmp_path).series == (replace(first, age_max=None, grade_min=2),), "an age limit dropped is gone"
    assert catalogue(tmp_path).products == (policy.Product("ALFA.TERM.STD", "ALFA.TERM", "Term 10", "定期10年"),)
    assert catalogue(tmp_path).companies == (policy.Company("ALFA", "INSURANCE", "Alfa", "甲"),)


def test_the_sale_is_half_open_and_a_series_without_one_was_never_sold(tmp_path: Path) -> None:
    series = catalogue(tmp_path / "sold").series_of("ALFA.TERM")
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [series.on_sale(day) for day in days] == [False, True, True, False]
    unsold = SERIES.replace("    on_sale: {from: 2020-01-01, until: 2027-01-01}\n", "")
    assert not catalogue(tmp_path / "unsold", catalogue__2=unsold).series_of("ALFA.TERM").on_sale(SUMMER_2026)
    with pytest.raises(LookupError, match=r"ALFA\.LIFE"):
        catalogue(tmp_path / "sold").series_of("ALFA.LIFE")


def test_a_series_fits_the_kinds_it_names(tmp_path: Path) -> None:
    series = catalogue(tmp_path / "both", catalogue__2=SERIES.replace("[PERSON]", "[ORGANISATION, PERSON]")).series[0]
    assert series.kinds == "PERSON,ORGANISATION" and series.fits("PERSON") and series.fits("ORGANISATION")
    assert not catalogue(tmp_path / "one").series[0].fits("ORGANISATION")


@pytest.mark.parametrize(
    ("file", "old", "new", "matter"),
    [
        ("1", "INSURANCE", "FISHING", "must be one of INSURANCE"),
        ("1", "ALFA", "alfa", "code in capitals"),
        ("2", "company: ALFA", "company: BETA", "no such company"),
        ("2", "    line: LIFE\n", "", "line is missing"),
        ("2", "[PERSON]", "[PET]", "must be one of PERSON"),
        ("2", "[PERSON]", "[]", "at least one entry"),
        ("2", "until: 2027-01-01", "until: 2020-01-01", "end after it begins"),
        ("2", "age_max: 60", "age_max: 17", "range of whole years"),
        ("2", "age_max: 60", "age_max: 600", "range of whole years"),
        ("2", "grade_min: 1", "grade_min: 4", "grade_min must be 1, 2 or 3"),
        ("2", "grade_min: 1", "grade_min: 0", "at least 1"),
        ("2", ", reference: Terms 1", "", "reference is missing"),
        ("2", "2026-06-30", "2020-01-01", "same day"),
        ("2", "age_max", "max_age", "nobody knows max_age"),
        ("3", "series: ALFA.TERM", "series: ALFA.CAR", "no such series"),
        ("3", ", zh-Hans: 定期10年", "", "zh-Hans is missing"),
    ],
)
def test_a_catalogue_that_cannot_be_right_is_refused(
    tmp_path: Path, file: str, old: str, new: str, matter: str
) -> None:
    text = {"1": COMPANIES, "2": SERIES, "3": PRODUCTS}[file]
    assert old in text
    with pytest.raises(policy.RulebookBroken, match=rf"catalogue/{file}\.yaml.*{matter}"):
        catalogue(tmp_path, SUMMER_2026, **{f"catalogue__{file}": text.replace(old, new, 1)})


def test_a_code_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(policy.RulebookBroken, match="already one of this code among the products"):
        catalogue(tmp_path, catalogue__4=PRODUCTS)


def test_harbour_group_is_the_one_of_the_working_agreement() -> None:
    shipped = policy.load().catalogue(SUMMER_2026)
    assert {company.company: company.pillar for company in shipped.companies} == {
        **dict.fromkeys(["HLIFE", "HPC", "HHEALTH", "HPENSION"], "INSURANCE"),
        "HBANK": "BANKING",
        **dict.fromkeys(["HSEC", "HFUND", "HTRUST"], "INVESTMENT"),
    }
    assert len(shipped.series) == 20 and {row.series for row in shipped.series} == {
        row.series for row in shipped.products
    }
    assert all(row.series.startswith(f"{row.company}.") for row in shipped.series)
    not_sold = {row.series for row in shipped.series if not row.on_sale(SUMMER_2026)}
    assert not_sold == {"HLIFE.WHOLE", "HFUND.PENSION"}
    assert all(row.age_min is None and row.age_max is None for row in shipped.series if row.kinds == "ORGANISATION")
