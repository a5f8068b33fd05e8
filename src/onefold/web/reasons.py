"""A verdict's reasons as the doors show them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from onefold.decision.gates import ASKS, gates_in
from onefold.decision.reasons import likelihood
from onefold.domains.offers.queries import Verdict
from onefold.web.names import Names


def reasons(verdict: Verdict, names: Names) -> dict[str, Any]:
    """What speaks for an offer, what against it, what is not known and which question would settle that; in the reader's
    language, with the names of series instead of their codes. `met` are the gates that passed: true, but seldom news."""
    named = replace(verdict, because=names.series(verdict.because) if verdict.because else "")
    why = named.why(names.language)
    liked = len(likelihood(named.spoken_score, named.because, named.basis, names.language))
    asked = {gate for gate in gates_in(verdict.warned) if gate in ASKS}
    gaps = zip(why.missing, why.questions, sorted({*gates_in(verdict.missing), *asked}), strict=True)
    return {
        "for_": why.for_[:liked],
        "against": why.against,
        "warnings": why.warnings,
        "missing": [{"text": text, "question": question, "gate": gate.name} for text, question, gate in gaps],
        "met": {"for_": why.for_[liked:]},
    }
