"""The two time axes of datasets: when a thing was so in the world, and when this group came to know it."""

from __future__ import annotations

from onefold.seam.contracts import DAY, INSTANT, Column


def valid() -> tuple[Column, Column]:
    return (
        Column("valid_from", DAY, "first day on which this holds"),
        Column("valid_until", DAY, "first day on which it no longer holds; empty = open", optional=True),
    )


def known() -> tuple[Column, Column]:
    return (
        Column("known_from", INSTANT, "when the batch that said so was received"),
        Column("known_until", INSTANT, "when a later batch said otherwise; empty = still so", optional=True),
    )
