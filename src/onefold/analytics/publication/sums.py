"""Named cells and which of them add up to which: what every table says of itself before `small_cells` looks at it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from onefold.analytics.publication.small_cells import rounded, withheld


@dataclass(frozen=True)
class Limits:
    """`least`: smallest count shown. `step`: what counts below the group are rounded to."""

    least: int
    step: int

    def rounded(self, count: int) -> int | None:
        return rounded(count, self.least, self.step)


@dataclass
class Sums:
    """Named cells and which of them add up to which."""

    counts: list[int] = field(default_factory=list)
    lines: list[list[tuple[int, int]]] = field(default_factory=list)
    fixed: set[int] = field(default_factory=set)
    already: set[int] = field(default_factory=set)
    dear: set[int] = field(default_factory=set)
    unseen: set[int] = field(default_factory=set)
    place: dict[Hashable, int] = field(default_factory=dict)

    def cell(self, name: Hashable, count: int, *, unseen: bool = False) -> None:
        """A cell of a table; `unseen`, one that stands in none and follows from others."""
        if name not in self.place:
            self.place[name] = len(self.counts)
            self.counts.append(0)
            if unseen:
                self.unseen.add(self.place[name])
        self.counts[self.place[name]] = count
        if not unseen:
            self.unseen.discard(self.place[name])

    def line(self, parts: Iterable[Hashable], totals: Iterable[Hashable]) -> None:
        """The parts add up to the totals; cells that are not there count nothing."""
        self.weighted([(name, 1) for name in parts] + [(name, -1) for name in totals])

    def weighted(self, factors: Iterable[tuple[Hashable, int]]) -> None:
        """The cells, each as often as its factor says, add up to nothing."""
        sums: dict[int, int] = {}
        for name, factor in factors:
            if name in self.place:
                sums[self.place[name]] = sums.get(self.place[name], 0) + factor
        line = [(place, factor) for place, factor in sums.items() if factor]
        if line:
            self.lines.append(line)

    def published(self, earlier: Mapping[Hashable, int | None]) -> None:
        """What an earlier release said of the same cells: what it showed is known, what it withheld stays withheld.

        A cell that has another count now is another cell: what was said of the old one tells nothing exact of it.
        """
        for name, count in earlier.items():
            place = self.place.get(name)
            if place is None or place in self.fixed:
                continue
            if count is None:
                self.already.add(place)
            elif count == self.counts[place]:
                self.fixed.add(place)

    def withheld(self, least: int) -> set[Hashable]:
        lines = sorted(sorted(line) for line in self.lines)  # they come from sets, whose order is chance
        hidden = withheld(self.counts, lines, least, self.fixed, self.already, self.dear, self.unseen)
        return {name for name, place in self.place.items() if place in hidden}
