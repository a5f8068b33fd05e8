"""What the room takes from a release: the verdicts, split by owner company, because the firewall judges each company's part."""

from __future__ import annotations

from typing import cast

import polars as pl
import pyarrow as pa

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, copy_in
from onefold.domains.offers.models import Decision
from onefold.seam import datasets

CODES = ("series", "sellers", "actions", "because")
PARALLEL = ("series", "sellers", "blocked", "missing", "scores", "values", "bases", "actions", "because")


def stage(folder: ReleaseFolder) -> int:
    Decision.objects.filter(release_id=folder.release_id).delete()
    parts = split_by_owner(folder.read(datasets.DECISIONS), folder.read(datasets.PRODUCT_SERIES))
    rows = ((folder.release_id, *row) for row in parts.iter_rows())
    return copy_in("offers_decision", ("release_id", "customer_id", "owner_company_id", *PARALLEL), rows)


def split_by_owner(decisions: pa.Table, series: pa.Table) -> pl.DataFrame:
    """Return one row per customer and owner company; the parallel arrays as PostgreSQL writes them, `{a,b}`.

    Codes hold letters, digits, dots and underscores only, so they need no quotes; an empty text does.
    """
    owners = cast(pl.DataFrame, pl.from_arrow(series)).select("series", owner="company")
    verdicts = cast(pl.DataFrame, pl.from_arrow(decisions)).explode(*PARALLEL)
    together = verdicts.join(owners, on="series", how="left", maintain_order="left")
    texts = [pl.when(pl.col(name) == "").then(pl.lit('""')).otherwise(pl.col(name)).alias(name) for name in CODES]
    numbers = [pl.col(name).cast(pl.String) for name in PARALLEL if name not in CODES]
    grouped = together.with_columns(*texts, *numbers).group_by("customer_id", "owner", maintain_order=True)
    arrays = [("{" + pl.col(name).str.join(",") + "}").alias(name) for name in PARALLEL]
    return grouped.agg(*arrays).select("customer_id", "owner", *PARALLEL)


def merge(command: Command, release_id: str) -> None:
    """Nothing to do: readers follow the pointer."""


def forget(kept: list[str]) -> None:
    Decision.objects.exclude(release_id__in=kept).delete()
