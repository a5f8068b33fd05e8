"""The model of likeness: how often each level is seen between records of one person, and between strangers.

Where many records carry certain numbers it is counted, not guessed: two records of one number are one person, two of different
numbers are strangers. Counts are whole numbers, so the same records give the same model on any machine. Where there are few, it
is estimated from all pairs of a sample, and drawn to what policy says is usual.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from onefold.analytics.engines.likeness import Pairing, Settings
from onefold.analytics.linkage.likeness import BLOCKS, COMPARISONS, LEVELS, RARE_BLOCKS, SHARED, block
from onefold.analytics.linkage.terms import MILLION, Terms
from onefold.matching.estimating import Chances, Shares, estimated, level_counts, shares
from onefold.seam.datasets import LINKAGE_MODELS

MILLIARD = 1_000_000_000
CLAIMED_APART = "l.kind = r.kind and l.person <> r.person and (l.claims & r.claims) = 0"
STRANGERS = "l.kind = r.kind and l.person <> r.person and (l.claims & r.claims) <> 0"
ANY = "l.kind = r.kind and l.person <> r.person"


@dataclass(frozen=True)
class Model:
    """`same`, `strange` by level and `prior` in milliardths. `records`: how many there were when it was made; `basis`:
    COUNTED from certain numbers, ESTIMATED from a sample, or USUAL."""

    version: str
    basis: str
    records: int
    prior: int
    same: dict[str, int]
    strange: dict[str, int]


def version_of(terms: Terms) -> str:
    """Changes with anything that gives a level another meaning."""
    content = [
        [[c.name, c.silent, c.frequency, [[level.code, level.holds] for level in c.levels]] for c in COMPARISONS],
        sorted(terms.usual.items()), sorted(terms.training.items()), sorted(terms.sharers_max.items()),
        sorted(terms.characters.forms.items()), sorted(terms.characters.sounds.items()),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:16]


def outdated(model: Model | None, terms: Terms, records: int) -> bool:
    """Whether the model must be made anew: levels changed, or records came or went beyond what policy allows."""
    if model is None or model.version != version_of(terms):
        return True
    return abs(records - model.records) * MILLION > terms.training["retrain_beyond_ppm"] * model.records


def settings(model: Model | None, blocks: list[str]) -> Settings:
    """What Splink is told: levels with their chances (none: equal ones) and the ways to find candidates."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "place",
        "retain_matching_columns": True,  # the levels are among them
        "retain_intermediate_calculation_columns": False,
        "additional_columns_to_retain": ["person", "claims", "kind"],
        "probability_two_random_records_match": model.prior / MILLIARD if model else 0.5,
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in blocks],
        "comparisons": [_comparison(comparison, model) for comparison in COMPARISONS],
    }


def _comparison(comparison: Any, model: Model | None) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"sql_condition": comparison.silent, "label_for_charts": "silent", "is_null_level": True}
    ]
    for place, level in enumerate(comparison.levels):
        row = {"sql_condition": level.holds or "ELSE", "label_for_charts": level.code}
        row["m_probability"] = model.same[level.code] / MILLIARD if model else 0.5
        row["u_probability"] = model.strange[level.code] / MILLIARD if model else 0.5
        if place == 0 and comparison.frequency and model:
            row["tf_adjustment_column"] = comparison.frequency
        rows.append(row)
    return {"output_column_name": comparison.name, "comparison_levels": rows}


def model_table(model: Model | None) -> pa.Table:
    """The dataset `linkage_models`: one row, or none where nothing was compared."""
    rows = []
    if model is not None:
        levels = sorted(model.same)
        rows = [
            {
                "version": model.version, "basis": model.basis, "records": model.records, "prior_ppb": model.prior, "levels": levels,
                "same_ppb": [model.same[code] for code in levels], "strange_ppb": [model.strange[code] for code in levels],
            }
        ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=LINKAGE_MODELS.schema)


def model_of(table: pa.Table | None) -> Model | None:
    rows = table.to_pylist() if table is not None else []
    if not rows:
        return None
    row = rows[0]
    same, strange = (dict(zip(row["levels"], row[name], strict=True)) for name in ("same_ppb", "strange_ppb"))
    return Model(row["version"], row["basis"], row["records"], row["prior_ppb"], same, strange)


# Making it


def made(pairing: Pairing, records: pl.DataFrame, terms: Terms) -> Model:
    """`records` as `likely.compared` leaves them: place, person, claims, number, kind, the comparable columns."""
    known = _certain_pairs(records, terms.training["certain_pairs_max"])
    usual = _usual(terms)
    pairs = _pairs_within(known, "number")
    if pairs >= terms.training["certain_pairs_min"]:
        found, basis = _counted(pairing, records, known, usual, terms), "COUNTED"
    else:
        found, basis = _guessed(pairing, records, usual, terms)
    same, strange = _by_level(found.same), _by_level(found.strange)
    return Model(version_of(terms), basis, records.height, max(1, round(found.prior * MILLIARD)), same, strange)


def _usual(terms: Terms) -> list[Shares]:
    told = [np.array([float(terms.usual[level.code]) for level in c.levels]) for c in COMPARISONS]
    return [one / one.sum() for one in told]


def _by_level(found: list[Shares]) -> dict[str, int]:
    values = [max(1, round(float(share) * MILLIARD)) for one in found for share in one]
    return dict(zip(LEVELS, values, strict=True))


def _certain_pairs(records: pl.DataFrame, most: int) -> pl.DataFrame:
    """Records that share a certain number with another; of very many a part that does not depend on their order."""
    sharing = records.filter(pl.col("number").is_not_null()).filter(pl.len().over("number") > 1)
    sizes = sharing.group_by("number").agg(pl.len().cast(pl.Int64).alias("size"), pl.col("source_id").min())
    sizes = sizes.sort("source_id").with_columns((pl.col("size") * (pl.col("size") - 1) // 2).cum_sum().alias("pairs"))
    return sharing.join(sizes.filter(pl.col("pairs") <= most).select("number"), on="number", how="semi")


def _pairs_within(records: pl.DataFrame, column: str) -> int:
    sizes = records.drop_nulls(column).group_by(column).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _patterns(pairing: Pairing, records: pl.DataFrame, blocks: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Levels (patterns × comparisons, counted from the first level, -1 where silent) and how many pairs have each pattern."""
    if records.height < 2:
        return np.empty((0, len(COMPARISONS)), np.int64), np.empty(0)
    told = records.drop("source_id").to_arrow(compat_level=pl.CompatLevel.oldest())
    found = pl.from_arrow(pairing.patterns(told, settings(None, blocks)))
    assert isinstance(found, pl.DataFrame)
    found = found.sort(pl.all())
    levels = [from_gamma(found[f"gamma_{c.name}"].to_numpy(), len(c.levels)) for c in COMPARISONS]
    return np.stack(levels, axis=1), found["pairs"].to_numpy().astype(float)


def from_gamma(gamma: np.ndarray, levels: int) -> np.ndarray:
    """Splink counts its levels from the last; -1 is silence with both."""
    return np.where(gamma < 0, -1, levels - 1 - gamma.astype(np.int64))


def _counted(
    pairing: Pairing, records: pl.DataFrame, known: pl.DataFrame, usual: list[Shares], terms: Terms
) -> Chances:
    sizes, strength = [len(one) for one in usual], float(terms.training["usual_counts_as"])
    same = level_counts(*_patterns(pairing, known, ["l.number = r.number"]), sizes)
    numbered = records.filter(pl.col("number").is_not_null())
    prior = _pairs_within(numbered, "number") / max(_all_pairs(numbered.height), 1)
    strange = strangers(pairing, numbered, terms, STRANGERS)
    return Chances([shares(n, one, strength) for n, one in zip(same, usual, strict=True)], strange, prior)


def strangers(pairing: Pairing, records: pl.DataFrame, terms: Terms, apart: str) -> list[Shares]:
    """Shares of the levels between two strangers: the common ones from a sample, the rare ones where they can occur at all."""
    sizes = [len(c.levels) for c in COMPARISONS]
    firsts = records.select("source_id", "person").sort("source_id").unique("person", keep="first", maintain_order=True)
    chosen = firsts.head(max(terms.training["strangers_max"], terms.training["sample_records"]))
    people = records.join(chosen.select("source_id"), on="source_id", how="semi").sort("source_id")
    sample = level_counts(*_patterns(pairing, people.head(terms.training["sample_records"]), [apart]), sizes)
    many = people.head(terms.training["strangers_max"])
    ways = [f"l.{block(name)} = r.{block(name)} and {apart}" for name in RARE_BLOCKS]
    rare = level_counts(*_patterns(pairing, many, ways), sizes)
    return [
        _with_rare(c, sampled, seen, _all_pairs(many.height))
        for c, sampled, seen in zip(COMPARISONS, sample, rare, strict=True)
    ]


def _with_rare(comparison: Any, sampled: np.ndarray, seen: np.ndarray, pairs: int) -> Shares:
    """`sampled` shares, but for levels in SHARED `seen` of all `pairs` (of those in which the comparison speaks)."""
    heard = sampled.sum()
    found = shares(sampled, np.full(len(sampled), 1 / len(sampled)), len(sampled) / 2)
    silent_too = max(float(sampled.sum()), 1.0)
    for place, level in enumerate(comparison.levels):
        if level.code in SHARED:
            found[place] = (seen[place] + 0.5) / max(pairs * heard / silent_too, 1.0)
    return shares(found, found, 0.0)


def _all_pairs(count: int) -> int:
    return count * (count - 1) // 2


def _guessed(pairing: Pairing, records: pl.DataFrame, usual: list[Shares], terms: Terms) -> tuple[Chances, str]:
    """From all pairs of a sample - which, where it is everybody, holds all that are one person too."""
    sample = records.top_k(terms.training["sample_records"], by="source_id", reverse=True).sort("source_id")
    levels, pairs = _patterns(pairing, sample, [ANY])
    strength, prior = float(terms.training["usual_counts_as"]), terms.training["usual_prior_ppm"] / MILLION
    if sample.height < records.height or not len(pairs):
        return Chances(usual, strangers(pairing, records, terms, ANY), prior / max(records.height, 1)), "USUAL"
    return estimated(levels, pairs, usual, strength, prior / max(records.height, 1)), "ESTIMATED"


ALL_BLOCKS = [f"l.{block(name)} = r.{block(name)} and {CLAIMED_APART}" for name in BLOCKS]
