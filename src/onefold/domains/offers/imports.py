"""What the room takes from a release: the verdicts, split by owner company, because the firewall judges each company's part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from onefold.commands.action import Command
from onefold.commands.staging import ReleaseFolder, copy_in, rows_of
from onefold.domains.offers.models import Decision
from onefold.seam import datasets

PARALLEL = ("series", "sellers", "blocked", "missing", "scores", "because")


def stage(folder: ReleaseFolder) -> int:
    Decision.objects.filter(release_id=folder.release_id).delete()
    series = folder.read(datasets.PRODUCT_SERIES)
    owner = dict(zip(series["series"].to_pylist(), series["company"].to_pylist(), strict=True))
    rows = rows_of(folder.read(datasets.DECISIONS), ("customer_id", *PARALLEL))
    return copy_in(
        "offers_decision",
        ("release_id", "customer_id", "owner_company_id", *PARALLEL),
        split_by_owner(folder.release_id, owner, rows),
    )


def split_by_owner(
    release_id: str, owner: dict[str, str], rows: Iterable[tuple[Any, ...]]
) -> Iterable[tuple[Any, ...]]:
    for customer_id, *arrays in rows:
        places: dict[str, list[int]] = defaultdict(list)
        for place, code in enumerate(arrays[0]):
            places[owner[code]].append(place)
        for company, chosen in places.items():
            yield release_id, customer_id, company, *([array[place] for place in chosen] for array in arrays)


def merge(command: Command, release_id: str) -> None:
    """Nothing to do: readers follow the pointer."""


def forget(kept: list[str]) -> None:
    Decision.objects.exclude(release_id__in=kept).delete()
