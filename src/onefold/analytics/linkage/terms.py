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
    told = Told(rulebook, on)
    return Terms(
        link_above=told.whole("link_above_ppm"),
        review_above=told.whole("review_above_ppm"),
        speaks_against=frozenset(told.texts("speaks_against")),
        usual=told.numbers("usual_levels_ppm"),
        candidates_max=told.whole("candidates_max"),
        sharers_max=told.numbers("sharers_max"),
        training=told.numbers("training"),
        characters=characters(
            told.texts("character_forms"), told.texts("character_sounds"), told.texts("double_surnames")
        ),
    )


@dataclass(frozen=True)
class Told:
    """What the rulebook says of linkage on a day, read as what it is; `TypeError` where it is something else."""

    rulebook: Rulebook
    on: date

    def whole(self, name: str) -> int:
        found = self._value(name)
        if not isinstance(found, int):
            raise TypeError(f"linkage.{name} is no whole number")
        return found

    def texts(self, name: str) -> list[str]:
        """Words; a line may hold several."""
        found = self._value(name)
        if not isinstance(found, list):
            raise TypeError(f"linkage.{name} is no list")
        return [text for line in found for text in str(line).split()]

    def numbers(self, name: str) -> dict[str, int]:
        found = self._value(name)
        if not isinstance(found, dict) or not all(isinstance(value, int) for value in found.values()):
            raise TypeError(f"linkage.{name} names no whole numbers")
        return dict(found)

    def _value(self, name: str) -> object:
        return self.rulebook.value(f"linkage.{name}", on=self.on)


def characters(forms: list[str], sounds: list[str], surnames: list[str]) -> Characters:
    """`forms`: texts of pairs, the usual form first; `sounds`: texts of characters that sound alike."""
    usual = {text[place + 1]: text[place] for text in forms for place in range(0, len(text), 2)}
    alike = {letter: text[0] for text in sounds for letter in text[1:]}
    return Characters(usual, alike, tuple(surnames))
