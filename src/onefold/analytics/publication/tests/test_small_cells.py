"""Nothing small is shown, and nothing shown gives it away: worked out a second time, with fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.publication import Sums
from onefold.analytics.publication.small_cells import Line, determined, rounded, withheld

LEAST = 11
COUNTS = st.one_of(st.just(0), st.integers(1, 10), st.integers(11, 60), st.integers(1000, 100_000))


def table(inner: list[list[list[int]]]) -> tuple[list[int], list[Line]]:
    """A table in three dimensions with all its sums, as counts and lines."""
    sizes = (len(inner), len(inner[0]), len(inner[0][0]))
    places = {place: number for number, place in enumerate(product(*(range(size + 1) for size in sizes)))}
    counts = [0] * len(places)
    for place, number in places.items():
        ranges = [range(size) if at == size else (at,) for at, size in zip(place, sizes, strict=True)]
        counts[number] = sum(inner[a][b][c] for a, b, c in product(*ranges))
    lines: list[Line] = []
    for dimension, size in enumerate(sizes):
        for place in places:
            if place[dimension] == size:
                parts = [tuple(part if d == dimension else at for d, at in enumerate(place)) for part in range(size)]
                lines.append([*((places[part], 1) for part in parts), (places[place], -1)])
    return counts, lines


@st.composite
def tables(draw: st.DrawFn, depth: int) -> list[list[list[int]]]:
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 4))
    return [[[draw(COUNTS) for _ in range(depth)] for _ in range(columns)] for _ in range(rows)]


def follows(lines: list[Line], hidden: set[int], cell: int) -> bool:
    """Whether a hidden cell is a combination of the lines: elimination in fractions, the cell's column last."""
    order = [*sorted(hidden - {cell}), cell]
    rows = [[Fraction(dict(line).get(one, 0)) for one in order] for line in lines]
    top = 0
    for place in range(len(order)):
        pivot = next((row for row in range(top, len(rows)) if rows[row][place]), None)
        if pivot is None:
            continue
        rows[top], rows[pivot] = rows[pivot], rows[top]
        for row in range(top + 1, len(rows)):
            factor = rows[row][place] / rows[top][place]
            if factor:
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[top], strict=True)]
        if place == len(order) - 1:
            return True
        top += 1
    return False


@settings(deadline=None, max_examples=60)
@given(st.one_of(tables(1), tables(2), tables(3)))
def test_no_small_cell_follows_from_what_is_shown(inner: list[list[list[int]]]) -> None:
    counts, lines = table(inner)
    hidden = withheld(counts, lines, LEAST)
    for cell, count in enumerate(counts):
        if 0 < count < LEAST:
            assert cell in hidden
            assert not follows(lines, hidden, cell)


@settings(deadline=None, max_examples=40)
@given(st.one_of(tables(1), tables(2)))
def test_what_a_line_hides_together_is_not_small_either(inner: list[list[list[int]]]) -> None:
    counts, lines = table(inner)
    hidden = withheld(counts, lines, LEAST)
    for line in lines:
        parts = [cell for cell, sign in line if sign > 0 and cell in hidden]
        total = next(cell for cell, sign in line if sign < 0)
        if parts and total not in hidden:
            assert sum(counts[cell] for cell in parts) >= LEAST or counts[total] < LEAST


def test_where_nothing_is_small_nothing_is_withheld_and_zero_is_shown() -> None:
    counts, lines = table([[[11], [0]], [[500], [20]]])
    assert withheld(counts, lines, LEAST) == set()


def test_one_small_cell_takes_the_smallest_of_its_row_and_column_along() -> None:
    inner = [[[3], [50], [400]], [[60], [70], [800]], [[90], [900], [1000]]]
    counts, lines = table(inner)
    assert {counts[cell] for cell in withheld(counts, lines, LEAST)} == {3, 50, 60, 70}


def test_a_sum_known_from_elsewhere_is_not_withheld_but_its_other_parts_are() -> None:
    counts, lines = [5, 300, 305], [[(0, 1), (1, 1), (2, -1)]]
    assert withheld(counts, lines, LEAST, fixed={2}) == {0, 1}


def test_what_is_known_from_elsewhere_anyway_takes_nothing_along() -> None:
    counts, lines = [5, 5, 300, 305], [[(0, 1), (1, -1)], [(0, 1), (2, 1), (3, -1)]]
    assert withheld(counts, lines, LEAST, fixed={1, 3}) == {0, 2}
    assert withheld([5, 5, 300, 400], [[(0, 1), (1, -1)], [(2, 1), (3, -1)]], LEAST, fixed={1}) == {0}


def test_a_cell_that_follows_only_from_three_lines_together_is_seen() -> None:
    # x + y, y + z and x + z are known: no line gives x away, all three together do.
    lines = [[(0, 1), (1, 1), (3, -1)], [(1, 1), (2, 1), (4, -1)], [(0, 1), (2, 1), (5, -1)]]
    assert determined(lines, {0, 1, 2}) == {0, 1, 2}
    assert determined(lines[:2], {0, 1, 2}) == set()


@given(st.integers(0, 10**9))
def test_a_rounded_count_is_near_and_never_small(count: int) -> None:
    shown = rounded(count, LEAST, 10)
    assert (shown is None) == (0 < count < LEAST)
    assert shown is None or (shown % 10 == 0 and abs(shown - count) <= 5)


def square_withheld(of_lines: list[int], of_parts: list[int]) -> set[object]:
    """What is withheld of 5 x 5 cells with many ties, whose rows and columns add up, told in this order."""
    sums = Sums()
    for row, column in product(range(5), range(5)):
        sums.cell((row, column), 3 if (row, column) in ((0, 0), (2, 3), (4, 4)) else 20)
    told = []
    for place in range(5):
        for parts, whole in (
            ([(place, other) for other in range(5)], (place, "all")),
            ([(other, place) for other in range(5)], ("all", place)),
        ):
            sums.cell(whole, sum(sums.counts[sums.place[part]] for part in parts))
            told.append((parts, whole))
    for number in of_lines:
        parts, whole = told[number]
        sums.line([parts[place] for place in of_parts], [whole])
    return sums.withheld(11)


@given(st.permutations(range(10)), st.permutations(range(5)))
def test_what_is_withheld_does_not_hang_on_the_order_of_the_sums(of_lines, of_parts):
    assert square_withheld(of_lines, of_parts) == square_withheld([*range(10)], [*range(5)])
