"""The decision step: popularity over all, then chunk by chunk; memory stays flat however many customers there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onefold.analytics.decide.chunk import Chunk, chunk_of, held_of, placed
from onefold.analytics.decide.facts import Facts, facts
from onefold.analytics.decide.general import general
from onefold.analytics.decide.judging import bench, decisions_of
from onefold.analytics.decide.policy import Policy, policy
from onefold.analytics.decide.popularity import count_together
from onefold.analytics.engines.lake import Lake
from onefold.analytics.pieces import side_by_side
from onefold.policy import Rulebook

CHUNK = 20_000
Advance = Callable[[int, int], None]


def decide(
    lake: Lake,
    rulebook: Rulebook,
    as_of: date,
    known_on: date,
    *,
    chunk: int = CHUNK,
    advance: Advance = lambda done, total: None,
) -> Iterator[pa.Table]:
    """Give dataset `decisions` in pieces of `chunk` customers, in key order; tell `advance` the customers done, of how many.

    Reads product_series, companies, channels, channel_products, agency_agreements, sellers, customers, memberships,
    source_records, holdings, spells, consents, consent_withdrawals, contact_blocks, block_wishes, suppressions,
    household_arms, past_contacts, outcomes, circumstances, scores, model_cards, model_fits.
    """
    terms, known_facts = policy(lake, rulebook, as_of), facts(lake, rulebook, as_of, known_on)
    popularity = count_together(_active(known_facts, terms, chunk), len(terms.series.codes))
    ready = bench(terms, popularity, general(lake, terms, popularity))
    ids = lake.arrow(known_facts.customers.select("customer_id").order_by("customer_id"))["customer_id"]

    def chunks() -> Iterator[Chunk]:
        for start in range(0, len(ids), chunk):
            until = min(start + chunk, len(ids))
            first, last = ids[start].as_py(), ids[until - 1].as_py()
            yield chunk_of(
                known_facts.of(known_facts.customers, first, last).sort_by("customer_id"), known_facts, terms
            )

    done = 0
    for decided in side_by_side(partial(decisions_of, bench=ready), chunks()):
        yield decided
        done += len(decided)
        advance(done, len(ids))


def _active(known_facts: Facts, terms: Policy, chunk: int) -> Iterator[NDArray[np.bool_]]:
    """Give what active customers hold, n x S at a time. The rows are few and narrow, so they are fetched at once."""
    held = known_facts.lake.arrow(known_facts.held.order_by("customer_id"))
    ids = held["customer_id"].combine_chunks().dictionary_encode()
    starts = np.flatnonzero(np.diff(np.asarray(ids.indices), prepend=-1))
    edges = [*starts[::chunk].tolist(), len(held)]
    for first, until in pairwise(edges):
        rows = held.slice(first, until - first)
        active = rows["customer_id"].unique()
        yield held_of(len(active), placed(rows, active), terms)
