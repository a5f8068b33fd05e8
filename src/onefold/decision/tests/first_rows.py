"""Candidate rows for version 1."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from onefold.decision.first.candidates import Candidates, candidates

FREE: dict[str, Any] = {
    "held": False, "consent_in_force": True, "blocked": False, "on_sale": True, "has_seller": True,
    "channel_authorised": True, "agreement_in_force": True, "seller_grade": 2, "required_grade": 2, "age_low": 40,
    "age_high": 41, "age_min": 18, "age_max": 60, "suppressed": False, "popularity_numerator": 3, "popularity_denominator": 8,
}  # fmt: skip
FLAGS = [name for name, value in FREE.items() if isinstance(value, bool)]


def one(**changed: Any) -> Candidates:
    return candidates({name: [value] for name, value in (FREE | changed).items()})


def random_rows(count: int, seed: str = "rows") -> Candidates:
    """The same rows on any machine and NumPy. About one row in nine passes every gate."""
    columns: dict[str, Any] = {}
    for name, usual in FREE.items():
        draw = np.frombuffer(hashlib.shake_256(f"{seed} {name}".encode()).digest(count * 4), "<u4").astype(np.int64)
        if name in FLAGS:
            columns[name] = np.where(draw % 16 == 0, not usual, usual)
        elif name.endswith("grade"):
            columns[name] = np.where(draw % 64 == 0, -1, 1 + (draw >> 6) % 3)
        elif name.startswith("age_m"):
            columns[name] = np.where(draw % 3 == 0, -1, {"age_min": 15, "age_max": 55}[name] + (draw >> 4) % 10)
        else:
            columns[name] = draw % 100
    width = columns["age_high"] % 2
    columns["age_high"] = np.where(columns["age_low"] < 2, -1, columns["age_low"] + width)
    columns["age_low"] = np.where(columns["age_low"] < 2, -1, columns["age_low"])
    columns["popularity_numerator"] %= np.maximum(columns["popularity_denominator"], 1) + 1
    return candidates(columns)
