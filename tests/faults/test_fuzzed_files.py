"""Row 27: bytes changed at random never bring a parser to anything but a result or a refusal, and never for long.

The seconds spent here find the coarse faults; `fuzz_parsers` looks for the others, guided by coverage, every night.
"""

from __future__ import annotations

import os
import random
import time

import pytest

from tests.corpus.parsers import PARSERS

MANY = 3_000 if os.environ.get("ONEFOLD_NIGHTLY") == "1" else 60
SECONDS_MAX = 5.0
PIECES = [
    b"",
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"PK\x03\x04",
    b"<!DOCTYPE x>",
    b"{}",
    b"[[[[",
    b"\xff" * 8,
    b"9" * 30,
    b"&x;",
    b"*a",
    b"\x1f\x8b",
]


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """A few changes: a bit turned, bytes cut, doubled, moved or put in."""
    content = bytearray(seed)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at, length = chance.randrange(len(content) + 1), chance.choice((1, 1, 2, 4, 40))
        kind = chance.randrange(5)
        if kind == 0 and at < len(content):
            content[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del content[at : at + length]
        elif kind == 2:
            content[at:at] = content[at : at + length] * chance.choice((1, 2, 50))
        elif kind == 3:
            content[at:at] = chance.choice(PIECES)
        else:
            content[at : at + length] = chance.randbytes(length)
    return bytes(content)


@pytest.mark.parametrize("name", PARSERS)
def test_a_parser_gives_a_result_or_refuses_whatever_it_is_given(name: str) -> None:
    parse, seeds = PARSERS[name]
    chance = random.Random(27)
    for seed in seeds:
        parse(seed)
    for number in range(MANY):
        content = mutated(chance.choice(seeds), chance)
        started = time.perf_counter()
        try:
            parse(content)
        except Exception as error:
            raise AssertionError(f"{name} #{number}: {content[:2000]!r}") from error
        assert time.perf_counter() - started < SECONDS_MAX
