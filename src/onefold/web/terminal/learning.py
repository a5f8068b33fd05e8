"""What a right would open for the seller: what to learn next, at the foot of today."""

from __future__ import annotations

from typing import Any

from onefold.commands.viewer import Viewer
from onefold.decision.core import LEARNABLE
from onefold.decision.gates import Gate, gates_in
from onefold.decision.reasons import WORDS
from onefold.domains.unlocks.queries import unlocks_of
from onefold.web.names import Names

SHOWN = 3


def lessons(viewer: Viewer, names: Names) -> list[dict[str, Any]]:
    """Return the few series whose leads are worth most and that only the seller's own learning stands before.

    A right of the channel or an agreement between companies is the desk's to get, not the seller's. No amount is shown: a band of money beside what a seller may not sell yet would look like a promise.
    """
    words, own = WORDS[names.language], set(gates_in(LEARNABLE))
    learnable = [one for one in unlocks_of(viewer, viewer.seller) if {Gate[code] for code in one.missing} <= own]
    return [
        {
            "series": names.series(unlock.series),
            "leads": unlock.leads,
            "missing": [words[Gate[code]].against for code in unlock.missing],
        }
        for unlock in learnable[:SHOWN]
    ]
