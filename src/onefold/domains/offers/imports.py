"""What the room takes from a release: the verdicts, split by owner company, because the firewall judges each company's part."""

from __future__ import annotations

from typing import cast

import polars as pl
import pyarrow as pa

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, Rows, copy_in
from onefold.domains.offers.models import Decision
from onefold.seam import datasets

PARALLEL = ("series", "sellers", "blocked", "missing", "warned", "scores", "values", "bases", "actions", "because")


def stage(folder: ReleaseFolder) -> int:
    Decision.objects.filter(release_id=folder.release_id).delete()
    parts = split_by_owner(folder.read(datasets.DECISIONS), folder.read(datasets.PRODUCT_SERIES))
    rows = Rows(parts.select(pl.lit(folder.release_id).alias("release"), pl.all()))
    return copy_in("offers_decision", ("release_id", "customer_id", "owner_company_id", *PARALLEL), rows)


def split_by_owner(decisions: pa.Table, series: pa.Table) -> pl.DataFrame:
    """Return one row per customer and owner company, with the parallel lists of that company's series."""
    owners = cast(pl.DataFrame, pl.from_arrow(series)).select("series", owner="company")
    verdicts = cast(pl.DataFrame, pl.from_arrow(decisions)).explode(*PARALLEL)
    together = verdicts.join(owners, on="series", how="left", maintain_order="left")
    return together.group_by("customer_id", "owner", maintain_order=True).agg(*PARALLEL)


def merge(command: Command, release_id: str) -> None:
    """Nothing to do: readers follow the pointer."""


def forget(kept: list[str]) -> None:
    Decision.objects.exclude(release_id__in=kept).delete()
