"""Why a run failed: kept as a code with its values, and worded when it is read, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onefold.kernel.refusals import LANGUAGES, Refusal, all_refusals


def told_of(refusal: Refusal) -> dict[str, Any]:
    """Return what is kept of a refusal. The sentences are for readers whose process does not know its class."""
    sentences = {language: refusal.sentence_in(language) for language in LANGUAGES}
    return {"code": refusal.code, "data": refusal.data, "sentences": sentences}


def failure_in(language: str, failure: str, told: Mapping[str, Any] | None) -> str:
    """Return the code and why, in the language: `told` as kept, or the English `failure` of a run of before that was kept.

    Of those, a refusal whose sentence names no value is worded too; any other stays as it was written down.
    """
    code = told["code"] if told else failure.partition(":")[0]
    said = _worded(language, code, told["data"] if told else {})
    if told:
        spoken = "zh-Hans" if language.startswith("zh") else "en"
        return f"{code}: {said or told['sentences'][spoken]}"
    return f"{code}: {said}" if said else failure


def _worded(language: str, code: str, data: Mapping[str, Any]) -> str:
    """The sentence of today's refusal of this code; empty where there is none, or it asks for values that were not kept."""
    for kind in all_refusals():
        if kind.code == code:
            try:
                return kind(**data).sentence_in(language)
            except (TypeError, ValueError):
                return ""
    return ""
