"""From facts to a decision, and back to the same bytes: pure, so that evidence of any age is decided again as it was. No Django.

What is stored is canonical JSON of codes and whole numbers. A form once used stays callable under its number, as the core's
versions do.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from onefold.decision.core import CORES, rank
from onefold.decision.gates import Action

FORM = 1
OFFERABLE = (Action.SELL, Action.REFER, Action.ACCOMPANY)


def packed(content: Mapping[str, Any]) -> bytes:
    """Canonical JSON, compressed: the same content gives the same bytes."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return zlib.compress(text.encode(), 1)


def unpacked(stored: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(zlib.decompress(stored))
    return content


def concluded(facts: Mapping[str, Any], core_version: int) -> dict[str, Any]:
    """Judge every candidate by that version of the core, add what stands as published, rank what may be offered.

    `facts`: series, sellers, because, columns, kept. "No offer" competes: what is worth nothing is not offered, unless the
    customer came with the need.
    """
    if not facts["series"]:
        return {"masks": {}, "offered": []}
    found = CORES[core_version](facts["columns"])
    kept = {name: np.array(values, np.int64) for name, values in facts["kept"].items()}
    blocked = found.blocked | kept["blocked"]
    action = np.where(kept["blocked"] != 0, int(Action.NONE), found.action)
    worth_it = np.broadcast_to(facts["columns"]["inbound"], blocked.shape) | (found.value > 0)
    offerable = np.isin(action, OFFERABLE) & worth_it
    codes = np.array(facts["series"])
    places = rank(np.zeros(len(codes), np.int64), offerable, found.value, codes)
    order = sorted(np.flatnonzero(places).tolist(), key=lambda row: places[row])
    return {
        "masks": {
            "blocked": blocked.tolist(),
            "missing": (found.missing | kept["missing"]).tolist(),
            "warned": ((found.warned | kept["warned"]) & ~blocked).tolist(),
            "score": found.score.tolist(),
            "value": found.value.tolist(),
            "basis": found.basis.tolist(),
            "action": action.tolist(),
        },
        "offered": order,
    }


FORMS: dict[int, Callable[[Mapping[str, Any], int], dict[str, Any]]] = {1: concluded}
"""Every way in which facts ever became a decision."""


def decided_again(form: int, core_version: int, facts: bytes) -> bytes:
    """The bytes of the decision that these facts lead to."""
    return packed(FORMS[form](unpacked(facts), core_version))
