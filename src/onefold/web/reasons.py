"""A verdict's reasons as the doors show them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from onefold.domains.offers.queries import Verdict
from onefold.web.names import Names


def reasons(verdict: Verdict, names: Names) -> dict[str, Any]:
    """What speaks for an offer, what against it, what is not known and which question would settle that; in the reader's
    language, with the names of series instead of their codes."""
    named = replace(verdict, because=names.series(verdict.because) if verdict.because else "")
    why = named.why(names.language)
    gaps = zip(why.missing, why.questions, strict=True)
    return {
        "for_": why.for_,
        "against": why.against,
        "missing": [{"text": text, "question": question} for text, question in gaps],
    }
