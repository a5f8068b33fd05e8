"""The palette read from the tokens: enough contrast for tired eyes, and pillars apart for every kind of colour vision."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest

TOKENS = dict(
    re.findall(r"--([\w-]+): (#[0-9a-f]{6});", (Path(__file__).parents[1] / "static/ui/tokens.css").read_text())
)
AA = 4.5
APART_LEAST = 15
"""CIE76 distance between two pillars under any vision; about 2 is just noticeable."""
VISIONS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB."""
READ_ON = [
    *((ink, paper) for ink in ("ink", "ink-2", "ink-3") for paper in ("panel", "paper", "paper-2")),
    ("accent", "panel"), ("accent", "paper"), ("accent", "accent-tint"), ("on-accent", "accent"), ("on-accent", "accent-strong"),
    ("on-deep", "accent-deep"), ("on-deep-2", "accent-deep"),
    *((pillar, paper) for pillar in ("insurance", "banking", "investment") for paper in ("panel", f"{pillar}-tint")),
    *((tone, paper) for tone in ("good", "bad", "warn") for paper in ("panel", f"{tone}-tint")),
    *(("ink", f"heat-{step}") for step in range(1, 6)),
    *(("panel", f"heat-{step}") for step in (6, 7)),
]  # fmt: skip


def linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue))  # type: ignore[return-value]


def contrast(one: str, other: str) -> float:
    light, dark = sorted(
        (0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (linear(one), linear(other))), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, vision: str) -> tuple[float, float, float]:
    seen = [
        max(0, min(1, sum(m * part for m, part in zip(row, linear(colour), strict=True)))) for row in VISIONS[vision]
    ]
    to_xyz = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8729))
    x, y, z = (_root(sum(m * part for m, part in zip(row, seen, strict=True))) for row in to_xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _root(part: float) -> float:
    return part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116


@pytest.mark.parametrize(("ink", "paper"), READ_ON)
def test_text_can_be_read_on_its_ground(ink: str, paper: str) -> None:
    assert contrast(TOKENS[ink], TOKENS[paper]) >= AA


@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_pillars_look_alike(vision: str) -> None:
    for one, other in combinations(("insurance", "banking", "investment"), 2):
        a, b = lab(TOKENS[one], vision), lab(TOKENS[other], vision)
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5 >= APART_LEAST, (one, other)


def test_each_step_of_the_heat_is_darker_than_the_one_before() -> None:
    steps = [contrast("#ffffff", TOKENS[f"heat-{step}"]) for step in range(1, 8)]
    assert steps == sorted(steps)
    assert all(later / earlier >= 1.1 for earlier, later in pairwise(steps))
