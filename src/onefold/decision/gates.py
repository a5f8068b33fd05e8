"""The gates an offer must pass, by bit number. A number is never given to another gate: published masks keep them for ever."""

from __future__ import annotations

from enum import IntEnum


class Gate(IntEnum):
    """The value is the bit's number in the `blocked` and `missing` masks; the name is the gate's code."""

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

    @property
    def bit(self) -> int:
        return 1 << self.value


OF_THE_SELLER = frozenset({Gate.CHANNEL_NOT_AUTHORISED, Gate.NO_AGENCY_AGREEMENT, Gate.GRADE_TOO_LOW})
"""Gates that say something about the seller: they are silent where there is none."""

OF_SELLER = Gate.NO_SELLER.bit | sum(gate.bit for gate in OF_THE_SELLER)
"""Mask of the gates about who brings the offer: where no other forbids, somebody else may (see `core.ACTIONS`)."""
OF_CUSTOMER = sum(gate.bit for gate in Gate) & ~OF_SELLER
"""Mask of the gates about the customer and the product: where one of them forbids, nobody may offer it."""


def gates_in(mask: int) -> list[Gate]:
    """The gates whose bit is set, in order of their number. Bits of no gate are left out, see `strange_bits`."""
    return [gate for gate in Gate if mask & gate.bit]


def strange_bits(mask: int) -> list[int]:
    """Numbers of the set bits that no gate of this version has."""
    known = sum(gate.bit for gate in Gate)
    return [number for number in range(63) if mask & ~known & (1 << number)]
