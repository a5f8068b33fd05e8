"""Chunks one after another: the whole of a group of any size, in memory that does not grow with it."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date

import numpy as np

from onefold.simulator.tables import IN_CHUNK, Chunk
from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER
from onefold.simulator.world.circumstances import circumstances_frame
from onefold.simulator.world.contracts import contracts_frame, contracts_of
from onefold.simulator.world.conversations import campaign_frames, contacts_frame, effects_frame, talks_of
from onefold.simulator.world.course import course_of
from onefold.simulator.world.dice import Dice
from onefold.simulator.world.losses import claims_frame
from onefold.simulator.world.misconduct import misconduct_frame, off_book, payers, planned
from onefold.simulator.world.opening import opening_of
from onefold.simulator.world.organisation import parts_of
from onefold.simulator.world.particulars import parties_frame
from onefold.simulator.world.people import People, people_of
from onefold.simulator.world.records import (
    blocks_frame,
    consents_frame,
    record_of_contracts,
    records_frame,
    records_of,
    ties_frame,
)
from onefold.simulator.world.sellers import sellers_of
from onefold.simulator.world.spells import Spells, joined, spells

BASE_DAY = date(2026, 5, 31)


def chunks(
    seed: int, customers: int, *, base_day: date = BASE_DAY, days: int = 30, processes: int = 2
) -> Iterator[Chunk]:
    """Every chunk in order. The outcome does not depend on `processes`; a last chunk may be smaller than the others."""
    parts = parts_of(customers)
    if processes <= 1 or len(parts) == 1:
        yield from (chunk_of(seed, number, size, base_day=base_day, days=days) for number, size in parts)
        return
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # of the children; this process has its threads already
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: deque[Future[Chunk]] = deque()
        for number, size in parts:
            waiting.append(pool.submit(chunk_of, seed, number, size, base_day=base_day, days=days))
            if len(waiting) > processes:  # never more ahead than the processes hold: memory stays flat
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def chunk_of(seed: int, number: int, size: int, *, base_day: date = BASE_DAY, days: int = 30) -> Chunk:
    """One chunk by itself: `size` customers of chunk `number`."""
    dice, today = Dice(seed, number), (base_day - date(1970, 1, 1)).days
    start, last = today - p.HISTORY, today + days
    sellers = sellers_of(seed, number, size)
    people = people_of(dice, seed, number, size, start, p.HISTORY + days, sellers)
    plan = planned(dice, people, sellers, start, last)
    opening = everybody(joined([opening_of(dice, people, start, plan.idle), plan.spells]), people, start)
    course = course_of(dice, people, opening, start, last, plan.idle)
    held = course.spells
    contracts = contracts_of(dice, number, people, held, start, last)
    records = records_of(dice, number, people, contracts, start, last)
    talks = talks_of(dice, people, course, contracts, held, start, last)
    unbooked = off_book(dice, talks, people, sellers, held, start, last)
    record = records.number[record_of_contracts(records, contracts)]
    members, campaign_effects = campaign_frames(course, people, records, start, last)
    tables = {
        "parties": parties_frame(dice, seed, number, people, sellers, plan.crowd, last),
        "records": records_frame(records, people),
        "contracts": contracts_frame(contracts, held, people, sellers, record, payers(contracts, held, people)),
        "consents": consents_frame(dice, records, people, last),
        "blocks": blocks_frame(dice, records, people, last),
        "ties": ties_frame(records, people, last),
        "contacts": contacts_frame(talks, number, people, records, sellers),
        "campaign_members": members,
        "claims": claims_frame(course.claims, contracts, held, number, last),
        "effects": effects_frame(course, people, last),
        "campaign_effects": campaign_effects,
        "misconduct": misconduct_frame(contracts, held, people, sellers, unbooked),
        "circumstances": circumstances_frame(dice, records, contracts, people, course.left, last),
    }
    return Chunk(number, {name: tables[name] for name in IN_CHUNK})


def everybody(found: Spells, people: People, start: int) -> Spells:
    """Who came to nothing by age or otherwise has at least a deposit: every customer holds something at first."""
    without = np.flatnonzero(np.bincount(found.who, minlength=len(people.role)) == 0)
    signed = np.where(
        people.joined[without] > -NEVER, people.joined[without], np.maximum(start - 400, people.born[without] + 60)
    )
    return joined([found, spells(without, np.full(len(without), p.PLACE_OF["HBANK.DEPOSIT"]), signed)])
