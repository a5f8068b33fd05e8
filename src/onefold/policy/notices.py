"""Notices: the words a customer saw when consenting, by version. A version's words never change; a change is a new version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onefold.policy.packs import Place


@dataclass(frozen=True, slots=True)
class Notice:
    """One version. `recipients` are company codes, `purposes` and `categories` codes of the consent pack."""

    version: str
    from_: date
    purposes: tuple[str, ...]
    recipients: tuple[str, ...]
    categories: tuple[str, ...]
    title: dict[str, str]
    text: dict[str, str]
    reference: str
    draft: bool


def read_notice(version: str, place: Place) -> Notice:
    """Raises `RulebookBroken` where the notice lacks its date, reference, recipients, categories or a language."""
    place.only("from", "purposes", "recipients", "categories", "title", "text", "reference", "draft")
    draft = place.maybe("draft")
    return Notice(
        version,
        place.at("from").day(),
        _codes(place.at("purposes")),
        _codes(place.at("recipients")),
        _codes(place.at("categories")),
        place.at("title").languages(),
        place.at("text").languages(),
        place.at("reference").text().strip(),
        draft.flag() if draft else False,
    )


def _codes(place: Place) -> tuple[str, ...]:
    codes = tuple(item.code() for item in place.items())
    if len(set(codes)) != len(codes):
        place.broken("a code stands here twice")
    return codes
