"""The analyst's door: a finished release as Ibis or Arrow, and any indicator as of any day as known on any day.

    import onefold

    with onefold.open() as release:
        release.table("spells")                                        # Ibis
        release.arrow("customers")                                     # Arrow
        release.indicator("customer_penetration", as_of=date(2025, 12, 31), by=("segment",))

It opens the lake and never the vault, and writes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from types import TracebackType

import ibis.expr.types as ir
import pyarrow as pa

from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators.baseline import expected_products
from onefold.analytics.indicators.compute import figures
from onefold.analytics.indicators.days import cut
from onefold.analytics.indicators.definition import Definition
from onefold.analytics.indicators.registry import registered
from onefold.analytics.indicators.releases import between
from onefold.analytics.manifest import MANIFEST, day_and_knowledge
from onefold.kernel.movements import Movement
from onefold.seam import datasets, store

ENGINES = ("duckdb", "spark")


@dataclass(frozen=True)
class Chance:
    """Series per active customer: as observed, and if holding one said nothing about holding another. Report the difference."""

    observed: Fraction
    expected: Fraction

    @property
    def beyond(self) -> Fraction:
        return self.observed - self.expected


@dataclass
class Release:
    """One opened release. Tables are lazy; nothing is computed before it is asked for."""

    release_id: str
    as_of: date
    """the day the release speaks of"""
    known_at: datetime
    """the moment of its knowledge"""
    lake: Lake

    @property
    def tables(self) -> list[str]:
        """The datasets there are."""
        return sorted(path.stem for path in self.lake.folder.glob("*.parquet"))

    @property
    def indicators(self) -> dict[str, str]:
        """The indicators there are, with their titles."""
        return {definition.name: definition.title["en"] for definition in registered()}

    def table(self, name: str) -> ir.Table:
        """Return a dataset as an Ibis table; raise LookupError for a name that is none of the lake's."""
        if name not in datasets.ALL or datasets.ALL[name].vault:
            raise LookupError(f"there is no dataset {name!r}; there are {', '.join(self.tables)}")
        return self.lake.table(name)

    def arrow(self, table: str | ir.Table) -> pa.Table:
        """Compute a dataset or an Ibis table."""
        return self.lake.arrow(self.table(table) if isinstance(table, str) else table)

    def indicator(
        self,
        name: str,
        *,
        as_of: date | Sequence[date] | None = None,
        known_on: date | None = None,
        by: Sequence[str] = (),
    ) -> ir.Table:
        """Return as_of, `by`, row, column, indicator, version, numerator, denominator: integers, to be divided once, at the end.

        As of a day or several (else the release's own), as known at an instant or the end of a UTC day (else all that the
        release knows), divided by attributes of the customers. Raise LookupError for an unknown name, ValueError for an
        unknown attribute.
        """
        definition = definition_of(name)
        days = [as_of or self.as_of] if as_of is None or isinstance(as_of, date) else as_of
        return figures(definition, cut(self.lake, days, known_on or self.known_at, by=tuple(by)))

    def chance(self, *, as_of: date | None = None, known_on: date | None = None) -> Chance:
        """Return series per active customer beside what chance alone would give; raise ValueError if nobody holds anything.

        Shares are of all customers known, active or not.
        """
        held = self.arrow(self.indicator("series_penetration", as_of=as_of, known_on=known_on)).to_pylist()
        if not held:
            raise ValueError("nobody holds anything")
        population = self.arrow(self.table("customers").aggregate(number=lambda rows: rows.count()))["number"][
            0
        ].as_py()
        observed = Fraction(sum(row["numerator"] for row in held), held[0]["denominator"])
        return Chance(observed, expected_products(Fraction(row["numerator"], population) for row in held))

    def movement(
        self, name: str, before: date, after: date, *, row: str = "ALL", known_before: date | None = None,
        known_after: date | None = None,
    ) -> Movement:  # fmt: skip
        """Return what made a figure of day `before` that of day `after`, each as known then or by all that the release knows.

        Raise LookupError for an indicator whose movements are not told, or a figure over nobody on one of the days.
        """
        states = (before, known_before or self.known_at), (after, known_after or self.known_at)
        found = between(self.lake, *states)
        if (name, row) not in found:
            raise LookupError(f"no movement of {name} {row} between {before} and {after}")
        return found[name, row]

    def close(self) -> None:
        self.lake.close()

    def __enter__(self) -> Release:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_release(release: str = "latest", *, engine: str = "duckdb", var: str | Path | None = None) -> Release:
    """Open a finished release; see `onefold.open`."""
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}; there are {', '.join(ENGINES)}")
    folder = folder_of(release, Path(var or os.environ.get("ONEFOLD_VAR", "var")))
    if store.file_of(folder, datasets.ACTIVE_SPELLS) is None:
        raise LookupError(f"release {folder.name} is of an older version and has no active_spells; run once more")
    lake = import_module(f"onefold.analytics.engines.{engine}").open_lake(folder)
    return Release(folder.name, *day_and_knowledge(folder), lake)


def folder_of(release: str, var: Path) -> Path:
    """Return the folder of the latest finished release, or of the one whose id begins so; raise LookupError if none does."""
    runs = var / "lake" / "runs"
    pointer = runs / "LATEST"
    if release == "latest":
        release = pointer.read_text().strip() if pointer.exists() else ""
    finished = sorted(path.parent for path in runs.glob(f"*/{MANIFEST}") if path.parent.suffix != ".part")
    found = [folder for folder in finished if release and folder.name.startswith(release)]
    if len(found) != 1:
        known = ", ".join(folder.name[:8] for folder in finished) or "none"
        raise LookupError(
            f"{'several releases' if found else 'no release'} {release!r} in {runs}; finished are: {known}"
        )
    return found[0]


def definition_of(name: str) -> Definition:
    """Return the definition of that name; raise LookupError with the names there are."""
    for definition in registered():
        if definition.name == name:
            return definition
    raise LookupError(f"there is no indicator {name!r}; there are {', '.join(one.name for one in registered())}")
