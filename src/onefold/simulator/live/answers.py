"""Who picks up the telephone, and what they say: the truth's effects, drawn by integers so that a day can be lived again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import blake2b

import polars as pl

MILLION = 1_000_000
REACHED_PPM = 640_000
"""Of ten calls to a right number, some six are answered."""

FATIGUE_PPM, FATIGUE_DAYS = 250_000, 30
"""Every call within a month takes a quarter of what was left of the chance."""

ANGRY_PPM = {"SLEEPING_DOG": 300_000}
ANGRY_OTHERS_PPM, LATER_PPM = 15_000, 350_000
WINDOW_DAYS = 90
"""The truth's chances speak of this many days."""

INTERESTED, NOT_REACHED, DECLINED = "INTERESTED", "NOT_REACHED", "DECLINED"
NOT_UNTIL, DO_NOT_CONTACT = "NOT_UNTIL", "DO_NOT_CONTACT"


@dataclass(frozen=True)
class Call:
    """What a seller has in hand when dialling; `tries` counts the calls about this lead so far."""

    phone: str
    series: str
    channel: str
    seller: str


@dataclass(frozen=True)
class Answer:
    """What came of a call. `party`: who it was (None: nobody); `until`: the day they asked to be left alone till."""

    code: str
    party: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class Purchase:
    """A contract somebody wants: `seller` is empty where they came by themselves. What a core has issued already says its number, its
    product and its premium; otherwise they are made."""

    party: int
    series: str
    channel: str
    seller: str
    cause: str
    contract_no: str = ""
    product: str = ""
    premium_minor: int = 0


@dataclass
class Customers:
    """The simulated public. `parties` and `effects` are the truth's tables (see simulator.tables)."""

    seed: int
    parties: pl.DataFrame
    effects: pl.DataFrame
    called: dict[int, list[date]] = field(default_factory=lambda: defaultdict(list))
    bought: set[tuple[int, str]] = field(default_factory=set)
    asked: dict[tuple[int, str], date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        persons = self.parties.filter(pl.col("phone").is_not_null()).sort("party")
        self._behind: dict[str, list[int]] = defaultdict(list)
        for party, phone in persons.select("party", "phone").iter_rows():
            self._behind[phone].append(party)
        self._best = (
            self.effects.filter(pl.col("own_ppm") > 0)
            .sort("party", "series", "own_ppm", "channel", descending=[False, False, True, False])
            .unique(["party", "series"], keep="first", maintain_order=True)
        )

    def answer(self, calls: Iterable[Call], on: date) -> list[tuple[Call, Answer]]:
        """One answer for each call, in order."""
        calls = list(calls)
        chances = self._chances(calls)
        return [(call, self._one(call, on, chances)) for call in calls]

    def _one(self, call: Call, on: date, chances: dict[tuple[int, str, str], tuple[int, str]]) -> Answer:
        party = self._who(call, on)
        if party is None or self._draw("reached", on, party, call.series) >= REACHED_PPM:
            return Answer(NOT_REACHED)
        contacted, kind = chances.get((party, call.series, call.channel), (0, ""))
        contacted = self._tired(party, on, contacted)
        self.called[party].append(on)
        self.asked[party, call.series] = on
        if self._draw("buys", on, party, call.series) < contacted and (party, call.series) not in self.bought:
            return Answer(INTERESTED, party)
        return self._no(kind, on, party, call.series)

    def _who(self, call: Call, on: date) -> int | None:
        """Somebody of those who share the number."""
        behind = self._behind.get(call.phone, [])
        return behind[self._draw("who", on, 0, call.phone) % len(behind)] if behind else None

    def _tired(self, party: int, on: date, chance: int) -> int:
        recent = sum(on - day < timedelta(days=FATIGUE_DAYS) for day in self.called[party])
        for _ in range(recent):
            chance = chance * (MILLION - FATIGUE_PPM) // MILLION
        return chance

    def _no(self, kind: str, on: date, party: int, series: str) -> Answer:
        if self._draw("angry", on, party, series) < ANGRY_PPM.get(kind, ANGRY_OTHERS_PPM):
            return Answer(DO_NOT_CONTACT, party)
        if self._draw("later", on, party, series) < LATER_PPM:
            return Answer(NOT_UNTIL, party, on + timedelta(days=WINDOW_DAYS))
        return Answer(DECLINED, party)

    def _chances(self, calls: list[Call]) -> dict[tuple[int, str, str], tuple[int, str]]:
        parties = {party for call in calls for party in self._behind.get(call.phone, [])}
        wanted = self.effects.filter(pl.col("party").is_in(list(parties)))
        rows = wanted.select("party", "series", "channel", "contacted_ppm", "kind").iter_rows()
        return {(party, series, channel): (ppm, kind) for party, series, channel, ppm, kind in rows}

    def of_their_own(self, on: date) -> list[Purchase]:
        """Who buys today without having been asked within the last 90 days: a ninetieth of the chance, each day."""
        best = self._best
        draws = _draws(self.seed, on, best["party"], best["series"])
        hit = best.filter(draws < best["own_ppm"].cast(pl.Int64) // WINDOW_DAYS)
        return [
            Purchase(party, series, channel, "", "OWN_NEED")
            for party, series, channel in hit.select("party", "series", "channel").iter_rows()
            if not self._asked_lately(party, series, on) and (party, series) not in self.bought
        ]

    def _asked_lately(self, party: int, series: str, on: date) -> bool:
        asked = self.asked.get((party, series))
        return asked is not None and on - asked < timedelta(days=WINDOW_DAYS)

    def buy(self, purchases: Iterable[Purchase]) -> list[Purchase]:
        """Those that come about: nobody buys the same series twice."""
        done = []
        for purchase in purchases:
            if (purchase.party, purchase.series) not in self.bought:
                self.bought.add((purchase.party, purchase.series))
                done.append(purchase)
        return done

    def _draw(self, purpose: str, on: date, party: int, about: str) -> int:
        """A number below a million, always the same for the same question."""
        text = f"{self.seed}:{purpose}:{on}:{party}:{about}"
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") % MILLION


def _draws(seed: int, on: date, parties: pl.Series, series: pl.Series) -> pl.Series:
    """One number below a million for each row: multiplicative hashing in 64 bits, the same on any machine."""
    kinds = {name: int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") for name in series.unique()}
    salt = int.from_bytes(blake2b(f"{seed}:{on}".encode(), digest_size=8).digest(), "big")
    mixed = parties.to_numpy().astype("uint64")
    codes = series.replace_strict(list(kinds), list(kinds.values()), return_dtype=pl.UInt64).to_numpy()
    mixed = (mixed + codes) ^ mixed.dtype.type(salt)
    for factor in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB):
        mixed = (mixed ^ (mixed >> mixed.dtype.type(30))) * mixed.dtype.type(factor)
    mixed ^= mixed >> mixed.dtype.type(31)
    return pl.Series(mixed % mixed.dtype.type(MILLION)).cast(pl.Int64)
