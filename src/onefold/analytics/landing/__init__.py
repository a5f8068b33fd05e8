"""The front gate: files of feeds in, checked and pseudonymous facts out; what identifies goes to the vault, what is wrong to
quarantine with its reason. `land` is the whole of it."""

from __future__ import annotations

from onefold.analytics.landing.gate import Landed, land
from onefold.analytics.landing.shapes import Batch
from onefold.policy.feed_sentences import REFUSAL_SENTENCES, REJECT_SENTENCES

__all__ = ["REFUSAL_SENTENCES", "REJECT_SENTENCES", "Batch", "Landed", "land"]
