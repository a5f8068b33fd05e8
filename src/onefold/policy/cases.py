"""Cases: small worked examples beside the policy, `<pack>/cases/*.yaml`, run as tests and by `onefold policy check`.

    cases:
      - {name: a seller gets at most twenty leads, value: contact.leads_per_seller_max, on: 2026-06-30, expect: 20}

A case asks one thing on one day - a `value`, some fields of a `series`, the `required_grade` for a seller's company and a
series, what a value of OF_SERIES is for a series, the `notice`, or what the table of a line says (`underwritten`) - and either `expect`s an answer or says that it is `refused`: NO_VALUE_YET or UNKNOWN_VALUE.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from onefold.policy.book import Rulebook
from onefold.policy.dated import NoValueYet, UnknownValue
from onefold.policy.packs import FEEDS, Place, read
from onefold.policy.underwriting import table, total, underwritten

REFUSALS = {"NO_VALUE_YET": NoValueYet, "UNKNOWN_VALUE": UnknownValue}


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `expect` is an answer, or a mapping of the fields that matter; `refused` a code of `REFUSALS`."""

    file: str
    name: str
    question: str
    subject: Any
    on: date
    expect: Any
    refused: str | None


def cases_of(rulebook: Rulebook) -> list[Case]:
    """The cases beside the packs in use; raises `RulebookBroken` for a case that asks nothing."""
    return [
        _case(place)
        for pack, folder in sorted(rulebook.folders.items())
        if pack != FEEDS
        for path in sorted((folder / "cases").glob("*.yaml"))
        for place in read(path).at("cases").items()
    ]


def failure_of(case: Case, rulebook: Rulebook) -> str | None:
    """What the rulebook says otherwise, or None when the case holds."""
    try:
        answer = QUESTIONS[case.question](rulebook, case.subject, case.on)
    except (NoValueYet, UnknownValue) as error:
        if case.refused and type(error) is REFUSALS[case.refused]:
            return None
        return str(error)
    if case.refused:
        return f"was to be refused ({case.refused}), but the answer is {answer}"
    if isinstance(case.expect, dict) and isinstance(answer, dict) and case.question != "value":
        answer = {key: answer.get(key) for key in case.expect}
    return None if answer == case.expect else f"expected {case.expect}, the answer is {answer}"


def discrepancies(rulebook: Rulebook) -> list[str]:
    """Where packs contradict each other: notices that name companies, purposes or categories nobody knows or do not say so."""
    found = []
    for notice in rulebook.notices.values():
        names = {company.company: company for company in rulebook.catalogue(notice.from_).companies}
        for field in ("purposes", "categories"):
            known = rulebook.value(f"consent.{field}", on=notice.from_)
            found += [
                f"notice {notice.version}: {code} is none of consent.{field}"
                for code in getattr(notice, field)
                if code not in known
            ]
            found += [
                f"notice {notice.version}: the text does not name {code}"
                for code in getattr(notice, field)
                if not _named(notice.text, code, code)
            ]
        for code in notice.recipients:
            if code not in names:
                found.append(f"notice {notice.version}: {code} is no company of the catalogue")
            elif not _named(notice.text, names[code].name_en, names[code].name_zh):
                found.append(f"notice {notice.version}: the text does not name {code}")
    return found


def _named(text: dict[str, str], en: str, zh: str) -> bool:
    return en in text["en"] and zh in text["zh-Hans"]


def _case(place: Place) -> Case:
    place.only("name", "on", "expect", "refused", *QUESTIONS)
    asked = [question for question in QUESTIONS if question in place.mapping()]
    if len(asked) != 1 or ("expect" in place.content) == ("refused" in place.content):
        place.broken(f"a case asks one of {', '.join(QUESTIONS)} and says either expect or refused")
    refused = place.content.get("refused")
    if refused is not None and refused not in REFUSALS:
        place.broken(f"refused must be one of {', '.join(REFUSALS)}")
    subject = place.at(asked[0]).content
    return Case(
        place.name,
        place.at("name").text(),
        asked[0],
        subject,
        place.at("on").day(),
        place.content.get("expect"),
        refused,
    )


def _series(rulebook: Rulebook, code: str, on: date) -> dict[str, Any]:
    series = rulebook.catalogue(on).series_of(code)
    return asdict(series) | {"on_sale": series.on_sale(on)}


def _required_grade(rulebook: Rulebook, subject: dict[str, str], on: date) -> int:
    series = rulebook.catalogue(on).series_of(subject["series"])
    return rulebook.required_grade(subject["seller_company"], series, on=on)


OF_SERIES = {
    "standard_margin": "economics.standard_margin",
    "product_risk": "suitability.product_risk",
    "yearly_outlay": "suitability.yearly_outlay",
    "paying_years": "suitability.paying_years",
}


def _of_series(name: str) -> Callable[[Rulebook, Any, date], int]:
    return lambda rulebook, subject, on: rulebook.of_series(
        name, rulebook.catalogue(on).series_of(subject["series"]), on=on
    )


def _notice(rulebook: Rulebook, _: Any, on: date) -> dict[str, Any]:
    notice = asdict(rulebook.notice(on))
    return {key: list(part) if isinstance(part, tuple) else part for key, part in notice.items()}


def _underwritten(rulebook: Rulebook, subject: dict[str, Any], on: date) -> dict[str, Any]:
    found = table(rulebook, subject["line"], on)
    if found is None:
        raise UnknownValue(f"no table for {subject['line']} in the rulebook")
    ruling = underwritten(found, subject["facts"])
    parts = {part.code: part.minor for part in ruling.parts}
    return {"decision": ruling.decision, "reason": ruling.reason, "total": total(ruling.parts), "parts": parts}


QUESTIONS: dict[str, Callable[[Rulebook, Any, date], Any]] = {
    "value": lambda rulebook, name, on: rulebook.value(name, on=on),
    "series": _series,
    "required_grade": _required_grade,
    "notice": _notice,
    "underwritten": _underwritten,
    **{question: _of_series(name) for question, name in OF_SERIES.items()},
}
