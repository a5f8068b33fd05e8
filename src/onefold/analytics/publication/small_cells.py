"""Small cells: a count of a few customers is not shown, nor what would give it away.

`withheld` is exact. Whoever knows the tables' sums knows a system of linear equations in the cells that are not shown; a
cell is given away if and only if the system determines it. So cells are added to what is withheld until the system
determines no small cell any more. (After Cox, "Suppression methodology and statistical disclosure control", 1980.)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Line = Sequence[tuple[int, int]]
"""Cells with their factors whose counts so multiplied add up to zero: parts +1 (or more than once), their total -1."""
PRIME = 2**31 - 1
"""Elimination is done in whole numbers modulo a prime: exact, and without fractions that grow."""


def withheld(
    counts: Sequence[int],
    lines: Sequence[Line],
    least: int,
    fixed: Collection[int] = (),
    already: Collection[int] = (),
    dear: Collection[int] = (),
    unseen: Collection[int] = (),
) -> set[int]:
    """Return the cells not to be shown: counts of 1 to `least` - 1, and others until no sum gives one of them away.

    `fixed` cells are known from elsewhere and cannot be withheld; `already` withheld ones are, and shall not be given away
    either. `unseen` cells stand in no table: one of them may follow as long as it is not small. Of the cells that would
    do the smallest goes, and a `dear` one only where there is no other. A small cell that follows from what is known
    elsewhere is withheld, but nothing more is for its sake: it would be in vain.
    """
    order = sorted(range(len(counts)), key=lambda cell: (counts[cell] == 0, cell in dear, counts[cell], cell))
    rank = {cell: place for place, cell in enumerate(order) if cell not in fixed}

    small = {cell for cell, count in enumerate(counts) if 0 < count < least} - set(fixed)
    guarded = small | set(already)
    hidden = guarded | set(unseen)
    in_vain = determined(lines, set(range(len(counts))) - set(fixed)) if fixed else set()
    touching = _lines_of(lines)
    while True:
        _close_lines(counts, lines, hidden, least, rank, set(unseen) - guarded)
        given_away = sorted(determined(lines, hidden) & guarded - in_vain)
        if not given_away:
            return hidden
        beside = {cell for line in touching.get(given_away[0], ()) for cell, _ in lines[line]}
        more = _first(beside - hidden, rank)
        more = _first(rank.keys() - hidden, rank) if more is None else more
        if more is None:
            return hidden
        hidden.add(more)


def _lines_of(lines: Sequence[Line]) -> dict[int, list[int]]:
    touching: dict[int, list[int]] = {}
    for number, line in enumerate(lines):
        for cell, _ in line:
            touching.setdefault(cell, []).append(number)
    return touching


def _close_lines(
    counts: Sequence[int],
    lines: Sequence[Line],
    hidden: set[int],
    least: int,
    rank: Mapping[int, int],
    free: Collection[int],
) -> None:
    """No line may hide one cell alone, nor cells that together are as few as one may not be; `free` ones harm nobody."""
    changed = True
    while changed:
        changed = False
        for line in lines:
            gone = [(cell, factor) for cell, factor in line if cell in hidden]
            if all(cell in free for cell, _ in gone):
                continue
            together = abs(sum(factor * counts[cell] for cell, factor in gone))
            one_sided = len({factor > 0 for _, factor in gone}) == 1
            if one_sided and (len(gone) == 1 or together < least):
                more = _first({cell for cell, _ in line} - hidden, rank)
                if more is not None:
                    hidden.add(more)
                    changed = True


def _first(cells: set[int], rank: Mapping[int, int]) -> int | None:
    """Of the cells that may be withheld, the one that ranks first."""
    return min((cell for cell in cells if cell in rank), key=rank.__getitem__, default=None)


def determined(lines: Sequence[Line], hidden: Collection[int]) -> set[int]:
    """Return the hidden cells that follow from the lines and all other cells."""
    among = set(hidden)
    known = [[(cell, factor) for cell, factor in line if cell in among] for line in lines]
    return {cell for part in _apart([line for line in known if line]) for cell in _follows(part)}


def _apart(lines: Sequence[Line]) -> list[list[Line]]:
    """Sort the lines into groups that share no cell: each is a system of its own, and small."""
    above: dict[int, int] = {}

    def top(cell: int) -> int:
        while above.setdefault(cell, cell) != cell:
            above[cell] = above[above[cell]]
            cell = above[cell]
        return cell

    for line in lines:
        for cell, _ in line[1:]:
            above[top(cell)] = top(line[0][0])
    groups: dict[int, list[Line]] = {}
    for line in lines:
        groups.setdefault(top(line[0][0]), []).append(line)
    return list(groups.values())


def _follows(lines: Sequence[Line]) -> set[int]:
    column = {cell: number for number, cell in enumerate(sorted({cell for line in lines for cell, _ in line}))}
    matrix = np.zeros((len(lines), len(column)), np.int64)
    for row, line in enumerate(lines):
        for cell, factor in line:
            matrix[row, column[cell]] += factor
    alone = _alone(_reduced(matrix % PRIME))
    return {cell for cell, number in column.items() if number in alone}


def _reduced(matrix: NDArray[np.int64]) -> NDArray[np.int64]:
    """Reduced row echelon form modulo the prime; rows of nothing are left out."""
    top = 0
    for place in range(matrix.shape[1]):
        candidates = np.flatnonzero(matrix[top:, place])
        if not len(candidates):
            continue
        pivot = top + candidates[0]
        matrix[[top, pivot]] = matrix[[pivot, top]]
        matrix[top] = matrix[top] * pow(int(matrix[top, place]), PRIME - 2, PRIME) % PRIME
        others = np.flatnonzero(matrix[:, place])
        others = others[others != top]
        matrix[others] = (matrix[others] - matrix[others, place][:, None] * matrix[top] % PRIME) % PRIME
        top += 1
        if top == len(matrix):
            break
    return matrix[:top]


def _alone(matrix: NDArray[np.int64]) -> set[int]:
    """Columns that are the only one of their row."""
    single = np.count_nonzero(matrix, axis=1) == 1
    return {int(place) for place in np.argmax(matrix[single] != 0, axis=1)} if single.any() else set()


def rounded(count: int, least: int, step: int) -> int | None:
    """Return a count to the nearest multiple of `step`, half up; None for one too small to be shown."""
    if 0 < count < least:
        return None
    return (count + step // 2) // step * step


def three_digits(amount: int) -> int:
    """Round to three leading digits, half up: a rounded sum cannot be subtracted from an exact one."""
    unit = 10 ** max(0, len(str(abs(amount))) - 3)
    return (amount + unit // 2) // unit * unit
