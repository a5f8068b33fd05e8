"""Generated worlds: dense in what goes wrong - touching periods, corrections, ended contracts, gaps in knowledge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import Phase, settings
from hypothesis import strategies as st

from onefold.analytics.reference.oracle import Row, World
from onefold.analytics.tests.worlds import channel, company, contract, customer, membership, series

FIRST_DAY = date(2026, 1, 1)
DAYS = [FIRST_DAY + timedelta(days=day) for day in range(-1, 9)]
SERIES = {
    "C1.A": ("C1", "LIFE"),
    "C1.B": ("C1", "MOTOR"),
    "C2.A": ("C2", "MOTOR"),
    "C3.A": ("C3", "CARD"),
    "C3.B": ("C3", "LIFE"),
}
STATUSES = ["IN_FORCE"] * 4 + ["LAPSED", "CANCELLED", "EXPIRED", "SURRENDERED"]

MOMENTS: list[date] = [*DAYS, *(datetime(2026, 1, day, hour, tzinfo=UTC) for day in (1, 3, 4, 6) for hour in (0, 12))]
"""Days, and instants at which versions begin and end."""
SEEDS = st.integers(0, 2**32 - 1)
# A failing seed is printed and replays the world; shrinking would take minutes at half a second a world.
BRIEF = settings(deadline=None, phases=(Phase.explicit, Phase.generate))


def world_from(random: Random, *, customers: int = 4, contracts: int = 9) -> World:
    """Build a world; the last source record is nobody's, one channel is declared nowhere, one company sells nothing."""
    sources = [f"s{number}" for number in range(customers + customers // 2 + 1)]
    rows = [version for number in range(contracts) for version in versions_of(f"k{number}", random, sources)]
    return {
        "companies": [company(code) for code in ("C1", "C2", "C3", "C4")],
        "product_series": [series(code, owner, line) for code, (owner, line) in SERIES.items()],
        "channels": [channel("CH1", "C1"), channel("CH2", "C2"), channel("CH3", "C3")],
        "contracts": rows,
        "memberships": [membership(source, f"c{random.randrange(customers)}") for source in sources[:-1]],
        "customers": [customer(f"c{number}") for number in range(customers)],
    }


def versions_of(number: str, random: Random, sources: list[str]) -> list[Row]:
    """One contract as it was known over time; between two versions there may be a spell of knowing nothing of it."""
    code = random.choice(list(SERIES))
    moments = sorted(random.sample(range(0, 8 * 24, 12), k=random.choice([1, 1, 2, 3])))
    source, channel_code = random.choice(sources), random.choice(["CH1", "CH2", "CH3", "GHOST", None])
    rows = []
    for moment, following in zip(moments, [*moments[1:], None], strict=True):
        forgotten = random.random() < 0.15
        known_until = instant(moment + 12) if forgotten else None if following is None else instant(following)
        rows.append(
            contract(
                number,
                source,
                SERIES[code][0],
                code,
                channel=channel_code,
                status=random.choice(STATUSES),
                premium_minor=random.choice([None, 0, 1, 250, 99_999]),
                known_from=instant(moment),
                known_until=known_until,
                **period(random),
            )
        )
    return rows


def period(random: Random) -> Row:
    start = random.randrange(8)
    length = random.choice([None, 0, 1, 2, 3, 5])
    until = None if length is None else FIRST_DAY + timedelta(days=start + length)
    return {"valid_from": FIRST_DAY + timedelta(days=start), "valid_until": until}


def instant(hours: int) -> datetime:
    return datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC) + timedelta(hours=hours)
