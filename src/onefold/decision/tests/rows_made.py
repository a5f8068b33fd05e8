"""Candidate rows for tests: random ones that visit every gate, and one to which nothing is objected."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from onefold.decision.candidates import COLUMNS, Candidates, candidates

FREE: dict[str, Any] = {
    "held": False, "on_sale": True, "gone": False, "incapable": False, "limited": False, "age_low": 40, "age_high": 41,
    "age_min": 18, "age_max": 60, "capacity_age": 8, "adult_age": 18, "region_licensed": 1,
    "product_risk": 2, "risk_level": 3, "risk_tested": True, "guarded_risk_max": 2, "income": 6_000_000, "burden": 100_000,
    "outlay": 120_000, "outlay_free": 50_000, "burden_max_ppm": 300_000, "burden_warn_ppm": 200_000, "paying_years": 10,
    "retirement_age": 60, "indemnity_held": False, "need_before": False,
    "stage": 0, "inbound": False, "consent_in_force": True, "blocked": False, "suppressed": False, "refuses_profiling": False,
    "held_out": False, "by_telephone": True, "minute": 600, "quiet_from": 1260, "quiet_until": 540, "contacts": 0,
    "contacts_max": 2, "other_company_days": -1, "other_company_rest": 14,
    "has_seller": True, "channel_authorised": True, "agreement_in_force": True, "seller_grade": 2, "required_grade": 2,
    "registered": 1, "second_life_insurer": False, "colleague_may": False,
    "basis": 2, "chance": 100_000, "effect": 0, "general_chance": 20_000, "uplift": 1_000_000, "general_uplift": 50_000,
    "context": 1_000_000, "margin": 30_000, "contact_cost": 1_500, "repeats": 0, "repeat_ppm": 500_000,
}  # fmt: skip
FLAGS = [name for name, flag in COLUMNS.items() if flag]

# What a column holds now and then instead of the usual; everything else is drawn as a flag, or stays.
OTHERS: dict[str, list[int]] = {
    "age_low": [-1, 5, 12, 17, 30, 55, 61, 80], "age_min": [-1, 15, 18], "age_max": [-1, 55, 65], "capacity_age": [-1, 8],
    "region_licensed": [1, 0, -1], "product_risk": [1, 2, 3, 4, 5], "risk_level": [-1, 1, 2, 3, 4, 5], "income": [-1, 0, 400_000, 3_000_000],
    "burden": [0, 500_000, 2_000_000], "outlay": [0, 50_000, 50_001, 900_000], "paying_years": [0, 20, 30], "retirement_age": [-1, 55, 60],
    "stage": [0, 1, 2], "minute": [-1, 539, 540, 1259, 1260], "quiet_from": [1260, 600], "contacts": [0, 1, 2, 3],
    "other_company_days": [-1, 0, 13, 14], "seller_grade": [-1, 1, 2, 3], "required_grade": [-1, 1, 2, 3], "registered": [1, 0, -1],
    "basis": [0, 1, 2, 3], "chance": [0, 1, 999_999, 1_000_000], "effect": [-50_000, 0, 1, 40_000], "uplift": [0, 300_000],
    "context": [0, 500_000, 1_500_000], "margin": [0, 5_000, 2_000_000], "contact_cost": [0, 900], "repeats": [0, 1, 2, 9],
}  # fmt: skip


def one(**changed: Any) -> Candidates:
    return candidates({name: [value] for name, value in (FREE | changed).items()})


def random_rows(count: int, seed: str = "rows", rare: int = 24) -> Candidates:
    """The same rows on any machine and NumPy; each column differs from the usual in about one row of `rare`."""
    columns: dict[str, Any] = {}
    for name, usual in FREE.items():
        draw = np.frombuffer(hashlib.shake_256(f"{seed} {name}".encode()).digest(count * 4), "<u4").astype(np.int64)
        seldom, which = draw % rare == 0, draw // rare
        if name in FLAGS:
            columns[name] = np.where(seldom, not usual, usual)
        elif name in OTHERS:
            columns[name] = np.where(seldom, np.array(OTHERS[name])[which % len(OTHERS[name])], usual)
        else:
            columns[name] = np.full(count, usual)
    columns["age_high"] = np.where(columns["age_low"] < 0, -1, columns["age_low"] + columns["age_low"] % 2)
    return candidates(columns)
