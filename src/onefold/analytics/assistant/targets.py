"""Which target a file probably fills, and which of its columns which field: headers and content, weighed together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from onefold.analytics.assistant.codes import TODO, companies_meant, meanings
from onefold.analytics.assistant.headers import speaks_of, targets_named
from onefold.analytics.assistant.profiles import Profile
from onefold.policy.feed_targets import DAY, TARGETS, Field, Target

HEADER_WEIGHT, CONTENT_WEIGHT, LEAST = 0.7, 0.5, 0.3
NAME_WEIGHT, MISSING_WEIGHT = 2.0, 1.2
WORTH_MIN = 1.5
MAY_BE_CONSTANT = {
    "source_records": {"kind", "id_type"},
    "contracts": {"product", "status", "currency", "source_key"},
    "consents": {"purpose", "categories", "to_company"},
    "past_contacts": {"direction", "outcome"},
    "campaign_members": {"campaign", "arm"},
    "claims": {"outcome", "currency"},
    "circumstances": {"kind", "value"},
}
"""Fields whose column a file may well lack: one value for the whole file, or (a contract's holder) another file."""
_NUMBERS = ("resident_id", "credit_code", "id_number")
_KEYS = (
    "source_key",
    "contract_no",
    "other_source_key",
    "agreement_no",
    "seller",
    "claim_no",
    "contact_no",
    "campaign",
)


@dataclass(frozen=True)
class Known:
    """What the rulebook's catalogue knows: companies with their names, series and products with their company."""

    companies: Mapping[str, tuple[str, ...]]
    series: Mapping[str, str]
    products: Mapping[str, str]
    product_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    field: str
    column: str
    score: float
    header: float


@dataclass(frozen=True)
class Guess:
    """`matches` by field; `lacking`: fields that must be filled and are not; `worth`: how well the target fits."""

    target: str
    worth: float
    matches: dict[str, Match]
    lacking: tuple[str, ...]
    named: bool


def guesses(file_stem: str, profiles: Mapping[str, Profile], known: Known) -> list[Guess]:
    """Every target with how well it fits, the best first."""
    named = targets_named(file_stem)
    found = [
        _guess(target, profiles, known, named.get(name, 0.0)) for name, target in TARGETS.items() if name != "lookup"
    ]
    return sorted(found, key=lambda guess: (bool(guess.lacking), -guess.worth))


def _guess(target: Target, profiles: Mapping[str, Profile], known: Known, named: float) -> Guess:
    matches = _assigned(target, profiles, known)
    constants = MAY_BE_CONSTANT.get(target.name, set())
    needed = [field.name for field in target.fields if field.needed]
    lacking = tuple(name for name in needed if name not in matches and name not in constants)
    worth = sum(match.score * (1.5 if name in needed else 1.0) for name, match in matches.items())
    spare = len(profiles) - len({match.column for match in matches.values()})
    unfilled = sum(1 for name in needed if name not in matches)
    if target.name == "contact_blocks" and named < 1.0:
        spare *= 4  # a customer and a day stand in any file; a wish not to be contacted says so by its name
    worth += NAME_WEIGHT * named - MISSING_WEIGHT * len(lacking) - 0.3 * unfilled - 0.15 * spare
    return Guess(target.name, worth, matches, lacking, named >= 1.0)


def _assigned(target: Target, profiles: Mapping[str, Profile], known: Known) -> dict[str, Match]:
    """Fields and columns paired, the surest pair first; each once."""
    pairs = [
        match
        for field in target.fields
        for profile in profiles.values()
        if (match := _match(target, field, profile, known)).score >= LEAST
    ]
    found: dict[str, Match] = {}
    taken: set[str] = set()
    for match in sorted(pairs, key=lambda pair: (-pair.score, pair.field, pair.column)):
        if match.field not in found and match.column not in taken:
            found[match.field] = match
            taken.add(match.column)
    return _in_time_order(found, profiles)


def _match(target: Target, field: Field, profile: Profile, known: Known) -> Match:
    word = "tie_kind" if target.name == "relations" and field.name == "kind" else field.name
    header = speaks_of(profile.name, word)
    content = _content(target, field, profile, known)
    score = 0.0 if content < 0 else HEADER_WEIGHT * header + CONTENT_WEIGHT * content
    return Match(field.name, profile.name, score, header)


def _content(target: Target, field: Field, profile: Profile, known: Known) -> float:
    """How much the values speak for the field, 0 to 1; -1 where they rule it out."""
    name = field.name
    if name == "born_on":
        return 1.0 if profile.embedded == "birth_number" else _birthdays(profile) if profile.type == "date" else -1.0
    if field.kind == DAY:
        return (0.35 if profile.form else -1.0) if profile.filled else 0.0
    if name.endswith("_minor"):
        return 0.4 if profile.type == "money" else 0.0 if profile.type == "whole" and not profile.unique else -1.0
    if name in ("phone", "email"):
        return 1.0 if profile.type == name else 0.0 if not profile.filled else -1.0
    if name == "id_number":
        return (
            1.0
            if profile.type in _NUMBERS
            else 0.1
            if profile.type in ("text", "whole") and not profile.codes
            else -1.0
        )
    if profile.type in ("date", "phone", "email", *_NUMBERS):
        return -1.0
    if name in _KEYS:
        return _key(target, name, profile)
    return _words(target, field, profile, known)


def _birthdays(profile: Profile) -> float:
    years = [int(found[0]) for text in list(profile.counts)[:300] if (found := re.findall("[12][0-9]{3}", text))]
    return 0.0 if not years or max(years) - min(years) < 15 else 0.3


def _key(target: Target, name: str, profile: Profile) -> float:
    if profile.type == "money" or (profile.codes and profile.filled > 60 and name != "campaign"):
        return -1.0
    if name == target.key[0] and len(target.key) == 1:
        without = profile.rows - profile.distinct  # a few rows without a key, or sent twice, are only faults
        return (
            0.2
            if profile.filled and (without <= 0.03 * profile.rows or without <= min(2, 0.2 * profile.rows))
            else -1.0
        )
    return 0.0


def _words(target: Target, field: Field, profile: Profile, known: Known) -> float:
    """Fields of words and codes: what share of the codes means something for the field."""
    if field.refers_to == "companies":
        meant = companies_meant(list(profile.counts)[:100], known.companies)
        return 1.0 if meant and TODO not in meant.values() else -1.0 if len(meant) > 1 else 0.0
    if field.refers_to == "product_series":
        return 1.0 if profile.counts and set(profile.counts) <= set(known.series) else 0.0
    if field.one_of:
        word = "tie" if target.name == "relations" else field.name
        meant = meanings(word, field, list(profile.counts)[:100])
        sound = sum(1 for value in meant.values() if value != TODO)
        if meant and sound == len(meant):
            return 0.7 if len(meant) > 1 else 0.4
        return 0.0 if profile.codes or len(meant) <= 3 else -1.0
    if field.name in ("product", "channel", "grade", "currency"):
        return (0.1 if profile.codes else 0.0) if profile.type != "money" else -1.0
    if field.name in ("name", "name_zh"):
        return 0.3 if profile.counts and _chinese_share(profile) > 0.9 and not profile.codes else 0.0
    return 0.0 if profile.type != "money" else -1.0


def _chinese_share(profile: Profile) -> float:
    some = list(profile.counts)[:300]
    return sum(bool(re.search("[\u4e00-\u9fff]", text)) for text in some) / len(some)


def _in_time_order(found: dict[str, Match], profiles: Mapping[str, Profile]) -> dict[str, Match]:
    """A lone day is the beginning, not the end, whatever its header."""
    if "valid_until" in found and "valid_from" not in found:
        match = found["valid_until"]
        if profiles[match.column].filled == profiles[match.column].rows:
            found = {name: each for name, each in found.items() if name != "valid_until"}
            found["valid_from"] = Match("valid_from", match.column, match.score, match.header)
    return found
