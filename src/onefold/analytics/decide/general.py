"""What holds for everybody alike: the chance of each series by the prior of the release; how many hold it where nothing was learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onefold.analytics import mining
from onefold.analytics.decide.policy import MILLION, Policy
from onefold.analytics.decide.popularity import Popularity
from onefold.analytics.engines.lake import Lake
from onefold.decision.gates import Basis


@dataclass(frozen=True)
class General:
    """S: the chance in millionths, the share of it that a contact is taken to add, and what it rests on (PRIOR or POPULARITY)."""

    chance: NDArray[np.int64]
    uplift: NDArray[np.int64]
    basis: NDArray[np.int64]


def general(lake: Lake, policy: Policy, popularity: Popularity) -> General:
    """Of the two only the prior stands on one scale with what models say of others, so it goes first."""
    cards, fits, catalogue = (lake.arrow(lake.table(name)) for name in ("model_cards", "model_fits", "product_series"))
    known = mining.priors_of(mining.series_of(catalogue), dict(mining.used_fits(cards, fits)))
    prior = np.array([known.get(code, -1) for code in policy.series.codes.to_pylist()], np.int64)
    held = popularity.holders * MILLION // max(popularity.active, 1)
    basis = np.where(prior >= 0, int(Basis.PRIOR), int(Basis.POPULARITY))
    return General(np.where(prior >= 0, prior, held), policy.limits.uplift[basis], basis)
