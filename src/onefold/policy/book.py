"""The loaded rulebook: one object that answers what a value is on a day, why, and under which version of everything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onefold.policy.catalogue import Catalogue, CatalogueFiles, Series, read_catalogue
from onefold.policy.dated import DatedValue, Explanation, NoValueYet, UnknownValue, dated_value, explanation
from onefold.policy.notices import Notice, read_notice
from onefold.policy.packs import FEEDS, Place, files_in, pack_folders, read

if TYPE_CHECKING:
    from onefold.policy.feeds import FeedSpec

SECTIONS = ("about", "jurisdiction", "values", "companies", "series", "products", "notices")


@dataclass(frozen=True, eq=False)
class Rulebook:
    """Everything the packs say. Load it once a process: a change of policy is a new start with a new version."""

    folders: dict[str, Path]
    drafts: bool
    about: dict[str, dict[str, str]]
    jurisdictions: dict[str, str]
    values: dict[str, DatedValue]
    notices: dict[str, Notice]
    _catalogue: CatalogueFiles
    _content: dict[str, Any]

    @cached_property
    def version(self) -> str:
        """16 hexadecimal characters of SHA-256 over all content but drafts (unless loaded with them) and cases.

        The same for any order of keys, layout, comments and split into files of one pack.
        """
        text = json.dumps(
            _canonical(self._content, self.drafts), sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def value(self, name: str, on: date) -> Any:
        """The value in force on a day. Raises `UnknownValue` or `NoValueYet`."""
        return self.explain(name, on=on).value

    def explain(self, name: str, on: date) -> Explanation:
        """The value with its meaning, unit, dates, reference, earlier values and file. Raises like `value`."""
        if name not in self.values:
            raise UnknownValue(f"no value {name} in the rulebook")
        return explanation(self.values[name], on)

    def catalogue(self, on: date) -> Catalogue:
        """All companies, series and products, on sale or not, with the terms of a day."""
        return self._catalogue.on(on)

    def required_grade(self, seller_company: str, series: Series, on: date) -> int:
        """Lowest grade with which a seller of `seller_company` may sell `series`: 1 bronze, 2 silver, 3 gold."""
        scope: dict[str, Any] = self.value("suitability.grade_for_scope", on=on)
        if series.company == seller_company:
            return max(series.grade_min, int(scope["own_company"]))
        return max(series.grade_min, int(scope["pillars"].get(series.pillar, scope["other"])))

    def risk_tested(self, series: Series, on: date) -> bool:
        """Whether a series may be sold only to somebody whose capacity for risk was tested."""
        tested: dict[str, int] = self.value_or("suitability.risk_test_from", on, {})
        least = tested.get(series.pillar, tested.get("other"))
        return least is not None and self.of_series("suitability.product_risk", series, on) >= least

    def of_series(self, name: str, series: Series, on: date) -> int:
        """A value kept by series, else by line, else by pillar of the owner company, else the one of all others."""
        terms: dict[str, Any] = self.value(name, on=on)
        for scope, code in (("series", series.series), ("lines", series.line), ("pillars", series.pillar)):
            if code in terms[scope]:
                return int(terms[scope][code])
        return int(terms["other"])

    def value_or(self, name: str, on: date, before: Any) -> Any:
        """The value in force on a day; `before` on a day before its first: then there was no such rule."""
        try:
            return self.value(name, on=on)
        except NoValueYet:
            return before

    def notice(self, on: date) -> Notice:
        """The notice to show on a day: the latest begun. Raises `NoValueYet` when there is none."""
        begun = [notice for notice in self.notices.values() if notice.from_ <= on]
        if not begun:
            raise NoValueYet(f"no notice is in force on {on}")
        return max(begun, key=lambda notice: notice.from_)

    @cached_property
    def feeds(self) -> dict[str, FeedSpec]:
        """The feeds by name. Read on first use, because few processes need them. Raises `FeedBroken`."""
        from onefold.policy.feeds import load_feeds

        return load_feeds(self.folders[FEEDS]) if FEEDS in self.folders else {}


def load(folder: Path | None = None, *, drafts: bool = False) -> Rulebook:
    """Load the shipped packs, each replaced by the one of its name in `folder` (None = ONEFOLD_RULEBOOK, when set).

    `drafts` puts the drafts in force, for trying a policy out; the version then differs. Raises `RulebookBroken`.
    """
    folders = pack_folders(folder)
    sections = [
        Section(pack, name, place)
        for pack, pack_folder in folders.items()
        if pack != FEEDS
        for path in files_in(pack_folder)
        for name, place in _sections_of(read(path))
    ]
    return Rulebook(
        folders,
        drafts,
        {section.pack: section.place.languages() for section in sections if section.name == "about"},
        {section.pack: section.place.text() for section in sections if section.name == "jurisdiction"},
        _values(sections, drafts),
        _notices(sections, drafts),
        read_catalogue([(section.name, section.place) for section in sections], drafts=drafts),
        _content(sections, folders),
    )


@dataclass(frozen=True, slots=True)
class Section:
    """One top key of one file of one pack."""

    pack: str
    name: str
    place: Place


def _sections_of(top: Place) -> list[tuple[str, Place]]:
    top.only(*SECTIONS)
    return list(top.places())


def _values(sections: list[Section], drafts: bool) -> dict[str, DatedValue]:
    values: dict[str, DatedValue] = {}
    names: set[str] = set()
    for pack, key, place in _entries(sections, "values"):
        name = f"{pack}.{key}"
        if name in names:
            place.broken("there is already a value of this name in the pack")
        names.add(name)
        if value := dated_value(place, name, drafts=drafts):
            values[name] = value
    return values


def _notices(sections: list[Section], drafts: bool) -> dict[str, Notice]:
    notices: dict[str, Notice] = {}
    for _, version, place in _entries(sections, "notices"):
        notice = read_notice(version, place)
        if version in notices or notice.from_ in {other.from_ for other in notices.values()}:
            place.broken("there is already a notice of this version or day")
        if drafts or not notice.draft:
            notices[version] = notice
    return notices


def _entries(sections: list[Section], name: str) -> Iterator[tuple[str, str, Place]]:
    for section in sections:
        if section.name == name:
            for key, place in section.place.places():
                yield section.pack, key, place


def _content(sections: list[Section], folders: dict[str, Path]) -> dict[str, Any]:
    """Pack → section → content, whatever files it came from; feeds file by file."""
    content: dict[str, Any] = {pack: {} for pack in folders}
    for section in sections:
        here = section.place.content
        merged = {**content[section.pack].get(section.name, {}), **here} if isinstance(here, dict) else here
        content[section.pack][section.name] = merged
    if FEEDS in folders:
        content[FEEDS] = {path.name: read(path).content for path in files_in(folders[FEEDS])}
    return content


def _canonical(content: Any, drafts: bool) -> Any:
    """Plain JSON values, without drafts and without values that are nothing but drafts."""
    if isinstance(content, dict):
        kept = {key: _canonical(part, drafts) for key, part in content.items() if drafts or not _is_draft(part)}
        return {key: part for key, part in kept.items() if not (isinstance(part, dict) and part.get("history") == [])}
    if isinstance(content, list):
        return [_canonical(part, drafts) for part in content if drafts or not _is_draft(part)]
    return content.isoformat() if isinstance(content, date) else content


def _is_draft(part: Any) -> bool:
    return isinstance(part, dict) and part.get("draft") is True
