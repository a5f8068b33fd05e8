"""The gates an offer must pass, by bit number. A number is never given to another gate: published masks keep them for ever."""

from __future__ import annotations

from enum import IntEnum


class Gate(IntEnum):
    """The value is the bit's number in the `blocked`, `missing` and `warned` masks; the name is the gate's code."""

    ALREADY_HELD = 0
    NO_CONSENT = 1
    DO_NOT_CONTACT = 2
    NOT_ON_SALE = 3
    NO_SELLER = 4
    CHANNEL_NOT_AUTHORISED = 5
    NO_AGENCY_AGREEMENT = 6
    GRADE_TOO_LOW = 7
    TOO_YOUNG = 8
    TOO_OLD = 9
    SUPPRESSED = 10
    CUSTOMER_GONE = 11
    NO_CAPACITY = 12
    LIMITED_CAPACITY = 13
    PROFILING_REFUSED = 14
    QUIET_TIME = 15
    CONTACTED_ENOUGH = 16
    OTHER_COMPANY_FIRST = 17
    HELD_OUT = 18
    REGION_NOT_LICENSED = 19
    NOT_REGISTERED = 20
    SECOND_LIFE_INSURER = 21
    RISK_TOO_HIGH = 22
    MEANS_TOO_SMALL = 23
    NEED_NOT_FIRST = 24
    CANNOT_KEEP_PAYING = 25
    DUPLICATE_COVER = 26
    WORSENS_POSITION = 27

    @property
    def bit(self) -> int:
        return 1 << self.value


def mask_of(*gates: Gate) -> int:
    """The mask with the bits of these gates."""
    return sum(gate.bit for gate in set(gates))


BITS = tuple((gate, gate.bit) for gate in Gate)
EVERY = mask_of(*Gate)

OF_THE_SELLER = frozenset(
    {
        Gate.CHANNEL_NOT_AUTHORISED,
        Gate.NO_AGENCY_AGREEMENT,
        Gate.GRADE_TOO_LOW,
        Gate.NOT_REGISTERED,
        Gate.SECOND_LIFE_INSURER,
    }
)
"""Gates that say something about the seller: they are silent where there is none."""

OF_SELLER = mask_of(Gate.NO_SELLER, *OF_THE_SELLER)
"""Mask of the gates about who brings the offer: where no other forbids, somebody else may (see `Action`)."""
OF_CUSTOMER = EVERY & ~OF_SELLER
"""Mask of the gates about the customer and the product: where one of them forbids, nobody may offer it."""

TRIGGERS = frozenset({Gate.CANNOT_KEEP_PAYING, Gate.DUPLICATE_COVER})
"""Where the seller must advise to stop (Order 2023-2, Art. 28). They warn; a customer who insists confirms it in writing."""
ONLY_WARNS = TRIGGERS | {Gate.PROFILING_REFUSED, Gate.NEED_NOT_FIRST}
"""Gates that never forbid by themselves."""
ASKS = frozenset(
    {
        Gate.NO_CAPACITY,
        Gate.REGION_NOT_LICENSED,
        Gate.NOT_REGISTERED,
        Gate.RISK_TOO_HIGH,
        Gate.MEANS_TOO_SMALL,
        Gate.NEED_NOT_FIRST,
    }
)
"""Gates whose warning says that a fact is unknown: to be asked before anybody advises, no reason not to approach."""
OF_OUR_APPROACH = frozenset(
    {
        Gate.NO_CONSENT,
        Gate.DO_NOT_CONTACT,
        Gate.SUPPRESSED,
        Gate.QUIET_TIME,
        Gate.CONTACTED_ENOUGH,
        Gate.OTHER_COMPANY_FIRST,
        Gate.HELD_OUT,
        Gate.WORSENS_POSITION,
    }
)
"""Gates that limit what we do of our own accord: a customer who comes with a need is served all the same."""


class Stage(IntEnum):
    """How far matters have gone. What is unknown may still be asked before advice, and no longer."""

    APPROACH = 0
    ADVICE = 1
    SALE = 2


class Action(IntEnum):
    """What the seller may do about an offer; the name is what datasets and screens say."""

    NONE = 0
    SELL = 1
    REFER = 2
    ACCOMPANY = 3
    LEARN = 4


class Basis(IntEnum):
    """What the probability of an offer rests on."""

    POPULARITY = 0
    PRIOR = 1
    PROPENSITY = 2
    EFFECT = 3


def gates_in(mask: int) -> list[Gate]:
    """The gates whose bit is set, in order of their number. Bits of no gate are left out, see `strange_bits`."""
    return [gate for gate, bit in BITS if mask & bit] if mask else []


def strange_bits(mask: int) -> list[int]:
    """Numbers of the set bits that no gate of this version has."""
    strange = mask & ~EVERY
    return [number for number in range(63) if strange & (1 << number)] if strange else []
