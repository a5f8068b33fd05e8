"""Things joined by links, the surest first, unless what is joined would contradict itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def grouped(
    left: np.ndarray,
    right: np.ndarray,
    order: np.ndarray,
    claims: np.ndarray,
    apart: Sequence[tuple[int, int]] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Join the things 0..n-1 by links between `left` and `right`, in ascending `order`.

    `claims` holds a bit mask of each thing; a group never has two things that claim the same bit, so of several links that
    together would contradict, the weakest is cut. Two things told `apart` are never in one group, by whichever way. Returns the smallest thing of each thing's group, and which links were used
    (a link within a group that was already there is used too).
    """
    parent, claimed = list(range(len(claims))), claims.tolist()
    foes: dict[int, set[int]] = {}
    for one, other in apart:
        foes.setdefault(one, set()).add(other)
        foes.setdefault(other, set()).add(one)
    used = np.zeros(len(left), dtype=bool)
    ends = list(zip(left.tolist(), right.tolist(), strict=True))
    for at in np.argsort(order, kind="stable").tolist():
        one, other = _root(parent, ends[at][0]), _root(parent, ends[at][1])
        strange = any(_root(parent, foe) == other for foe in foes.get(one, ()))
        if one != other and not claimed[one] & claimed[other] and not strange:
            one, other = min(one, other), max(one, other)
            parent[other] = one
            claimed[one] |= claimed[other]
            if other in foes:
                foes.setdefault(one, set()).update(foes.pop(other))
            other = one
        used[at] = one == other
    return np.array([_root(parent, thing) for thing in range(len(parent))], dtype=np.int64), used


def _root(parent: list[int], thing: int) -> int:
    while parent[thing] != thing:
        parent[thing] = parent[parent[thing]]
        thing = parent[thing]
    return thing
