"""A verdict in plain words, English and Simplified Chinese: what speaks for an offer, what against, what is not known.

Words are rendered when somebody reads, so better wording reaches old verdicts too. Nothing personal is in them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from onefold.decision.chinese import CHINESE
from onefold.decision.english import ENGLISH
from onefold.decision.gates import ASKS, OF_THE_SELLER, Basis, Gate, gates_in, strange_bits
from onefold.decision.words import Words

__all__ = ["WORDS", "Why", "Words", "explain", "likelihood", "popularity"]

WORDS: dict[str, dict[Gate, Words]] = {"en": ENGLISH, "zh-Hans": CHINESE}


@dataclass(frozen=True, slots=True)
class Why:
    """Sentences for, against and on what is missing; `questions[i]` is the question that would resolve `missing[i]`."""

    for_: list[str]
    against: list[str]
    missing: list[str]
    questions: list[str]
    warnings: list[str] = field(default_factory=list)
    """what must be told or done before a sale, though nothing forbids it"""


def explain(
    blocked: int, missing: int, score: int, because: str, language: str, *, warned: int = 0, basis: int = 0
) -> Why:
    """Say why. `because` is the held series that speaks most for the offer, as it should be shown; empty = none.

    A bit that no gate of this version has (evidence of a newer core) is named by its number, never passed over.
    """
    words = WORDS["zh-Hans" if language.startswith("zh") else "en"]
    asked = [gate for gate in gates_in(warned) if gate in ASKS]
    unknown = sorted({*gates_in(missing), *asked})
    forbidding = [gate for gate in gates_in(blocked) if gate not in unknown]
    warning = [gate for gate in gates_in(warned) if gate not in unknown and gate not in forbidding]
    silent = OF_THE_SELLER if Gate.NO_SELLER in forbidding else frozenset()
    passed = [gate for gate in Gate if gate not in {*unknown, *forbidding, *warning, *silent}]
    return Why(
        for_=[*likelihood(score, because, basis, language), *(words[gate].for_ for gate in passed)],
        against=[words[gate].against for gate in forbidding] + _strange(blocked | missing | warned, language),
        missing=[words[gate].missing for gate in unknown],
        questions=[words[gate].question for gate in unknown],
        warnings=[words[gate].warning for gate in warning],
    )


LIKELIHOOD = {
    "en": {
        Basis.PRIOR: "By experience with like products, about {percent}% would conclude a contract.",
        Basis.PROPENSITY: "By what is known of customers like this one, {percent}% conclude a contract.",
        Basis.EFFECT: "By earlier contacts chosen by lot, a contact adds {percent} percentage points to the chance of a contract.",
    },
    "zh-Hans": {
        Basis.PRIOR: "按同类产品的经验，约 {percent}% 会签约。",
        Basis.PROPENSITY: "按类似客户的已知情况，{percent}% 会签约。",
        Basis.EFFECT: "按以往随机抽取的联系，联系一次使签约的可能性增加 {percent} 个百分点。",
    },
}


def likelihood(score: int, because: str, basis: int, language: str) -> list[str]:
    """The sentence on the probability used, by what it rests on; none where nothing speaks for the offer."""
    if basis == Basis.POPULARITY or score <= 0:
        return popularity(score, because, language) if basis == Basis.POPULARITY else []
    sentences = LIKELIHOOD["zh-Hans" if language.startswith("zh") else "en"]
    return [sentences[Basis(basis)].format(percent=f"{score // 10_000}.{score // 1_000 % 10}")]


def popularity(score: int, because: str, language: str) -> list[str]:
    """The sentence on the score in millionths, with one decimal of a percent; none when nobody like the customer holds it."""
    if score <= 0:
        return []
    percent = f"{score // 10_000}.{score // 1_000 % 10}"
    if language.startswith("zh"):
        return [
            f"持有{because}的客户中，{percent}% 也持有该产品系列。"
            if because
            else f"全部有效客户中，{percent}% 持有该产品系列。"
        ]
    if because:
        return [f"Of the customers who hold {because}, {percent}% also hold this series."]
    return [f"Of all active customers, {percent}% hold this series."]


def _strange(mask: int, language: str) -> list[str]:
    text = (
        "有一项本版本不认识的规则（第 {} 位）不允许。"
        if language.startswith("zh")
        else "A rule this version does not know (bit {}) forbids it."
    )
    return [text.format(number) for number in strange_bits(mask)]
