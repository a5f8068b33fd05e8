"""Money is a whole number of minor units and a currency. No float comes near it; a split never loses a cent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onefold.kernel.unfit import Unfit, narrowed

_NOT_TWO = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_TWO = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR
KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN
PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD
TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG
"""
EXPONENTS: dict[str, int] = dict.fromkeys(_TWO.split(), 2) | {
    currency: exponent for exponent, currencies in _NOT_TWO.items() for currency in currencies.split()
}
"""Decimals of each currency of ISO 4217."""

MINOR_MAX = 2**63 - 1
TEXT_MAX = 64


def exponent_of(currency: str) -> int:
    """Decimals of `currency`; raises `Unfit` CURRENCY_UNKNOWN rather than guess two."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise Unfit("CURRENCY_UNKNOWN") from None


@dataclass(frozen=True, slots=True)
class Money:
    """An amount. Sums and comparisons across currencies raise `ValueError`: there is no rate here."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"money is counted in whole minor units, not in {type(self.minor).__name__}")
        exponent_of(self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __str__(self) -> str:
        return f"{minor_text(self.minor, exponent_of(self.currency))} {self.currency}"

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"money and {type(other).__name__} do not mix")
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix")
        return other.minor


def allot(total_minor: int, weights: Sequence[int], keys: Sequence[str]) -> list[int]:
    """Split `total_minor` by `weights` (whole, none negative); part i belongs to `keys[i]`. The parts sum to the total.

    Largest remainder, ties to the lesser key: so who gets the odd cent does not depend on the order of the rows, and each
    part is less than one minor unit from its exact share. A negative total splits like its opposite. Raises `ValueError`
    for weights that sum to zero, are negative or not whole, and for keys that repeat or do not match.
    """
    _check_shares(total_minor, weights, keys)
    whole = sum(weights)
    shares = [divmod(abs(total_minor) * weight, whole) for weight in weights]
    parts = [part for part, _ in shares]
    neediest = sorted(range(len(parts)), key=lambda i: (-shares[i][1], keys[i]))
    for i in neediest[: abs(total_minor) - sum(parts)]:
        parts[i] += 1
    return parts if total_minor >= 0 else [-part for part in parts]


def _check_shares(total_minor: int, weights: Sequence[int], keys: Sequence[str]) -> None:
    if any(type(number) is not int for number in (total_minor, *weights)):
        raise ValueError("a split needs whole numbers")
    if any(weight < 0 for weight in weights) or sum(weights) <= 0:
        raise ValueError("a split needs weights that are not negative and not all zero")
    if len(keys) != len(weights) or len(set(keys)) != len(keys):
        raise ValueError("a split needs one key for each weight, none twice")


def parse_minor(text: str, exponent: int, *, grouping: str = "", spare_zeros: bool = False) -> int:
    """Read an amount as minor units, e.g. `1234.5` with exponent 2 is 123450. Full-width digits are read as digits.

    Only digits, one sign before them and one point; `grouping` (say ",") allows separators, each before exactly three
    digits; `spare_zeros` allows zeros beyond the currency's decimals. Raises `Unfit`: AMOUNT_EMPTY, AMOUNT_NOT_A_NUMBER
    (also 1,234.50 untold, 1e400, NaN), AMOUNT_TOO_PRECISE, AMOUNT_TOO_LARGE (beyond 64 bits).
    """
    text = narrowed(text)
    if not text:
        raise Unfit("AMOUNT_EMPTY")
    whole = rf"[0-9]{{1,3}}(?:{re.escape(grouping)}[0-9]{{3}})+|[0-9]+" if grouping else "[0-9]+"
    found = re.fullmatch(rf"([+-]?)({whole})(?:\.([0-9]+))?", text) if len(text) <= TEXT_MAX else None
    if found is None:
        raise Unfit("AMOUNT_NOT_A_NUMBER")
    sign, units, decimals = found[1], found[2].replace(grouping, "") if grouping else found[2], found[3] or ""
    decimals = _fitting(decimals, exponent, spare_zeros)
    minor = int(units + decimals)
    if minor > MINOR_MAX:
        raise Unfit("AMOUNT_TOO_LARGE")
    return -minor if sign == "-" else minor


def _fitting(decimals: str, exponent: int, spare_zeros: bool) -> str:
    if len(decimals) > exponent and not (spare_zeros and not decimals[exponent:].strip("0")):
        raise Unfit("AMOUNT_TOO_PRECISE")
    return decimals[:exponent].ljust(exponent, "0")


def minor_text(minor: int, exponent: int) -> str:
    """The plain decimal text of an amount, without grouping: the opposite of `parse_minor`."""
    digits = str(abs(minor)).rjust(exponent + 1, "0")
    units, decimals = (digits[:-exponent], digits[-exponent:]) if exponent else (digits, "")
    return ("-" if minor < 0 else "") + units + ("." + decimals if decimals else "")
