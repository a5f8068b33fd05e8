"""The front gate: files of feeds in, checked and pseudonymous facts out; what identifies goes to the vault, what is wrong to
quarantine with its reason. `land_batches` is the whole of it; `land` is the same as a step of a run."""

from __future__ import annotations

from onefold.analytics.landing.gate import Landed, land_batches
from onefold.analytics.landing.shapes import Batch
from onefold.analytics.landing.step import land
from onefold.policy.feed_sentences import REFUSAL_SENTENCES, REJECT_SENTENCES

__all__ = ["REFUSAL_SENTENCES", "REJECT_SENTENCES", "Batch", "Landed", "land", "land_batches"]
