"""What policy says of linkage on a day, read once from the rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onefold.analytics.linkage.comparable import Characters
from onefold.policy import Rulebook

MILLION = 1_000_000


@dataclass(frozen=True)
class Terms:
    """Probabilities in millionths."""

    link_above: int
    review_above: int
    speaks_against: frozenset[str]
    """levels with which a pair is never linked by likeness, however probable"""
    usual: dict[str, int]
    """by level, how often it is seen between two records of one person"""
    candidates_max: int
    """records that may be alike in one way before that way of being alike proves nothing"""
    sharers_max: dict[str, int]
    training: dict[str, int]
    characters: Characters


def terms_of(rulebook: Rulebook, on: date) -> Terms:
    def value(name: str) -> object:
        return rulebook.value(f"linkage.{name}", on=on)

    return Terms(
        link_above=int(value("link_above_ppm")),  # type: ignore[call-overload]
        review_above=int(value("review_above_ppm")),  # type: ignore[call-overload]
        speaks_against=frozenset(value("speaks_against")),  # type: ignore[call-overload]
        usual=dict(value("usual_levels_ppm")),  # type: ignore[call-overload]
        candidates_max=int(value("candidates_max")),  # type: ignore[call-overload]
        sharers_max=dict(value("sharers_max")),  # type: ignore[call-overload]
        training=dict(value("training")),  # type: ignore[call-overload]
        characters=characters(value("character_forms"), value("character_sounds"), value("double_surnames")),
    )


def characters(forms: object, sounds: object, surnames: object) -> Characters:
    """`forms`: texts of pairs, the usual form first; `sounds`: texts of characters that sound alike."""
    usual = {text[place + 1]: text[place] for text in _texts(forms) for place in range(0, len(text), 2)}
    alike = {letter: text[0] for text in _texts(sounds) for letter in text[1:]}
    return Characters(usual, alike, tuple(_texts(surnames)))


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return [text for line in value for text in str(line).split()]
