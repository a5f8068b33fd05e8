"""Mining: chances and effects learnt from the past, their cards, and the scores of every customer.

Everything is learnt on one past day, calibrated and judged on a later one, and used only by an approved recipe. Trees are grown the
same on every machine; scores are whole millionths.
"""

from onefold.analytics.mining.models import kept_from, models, series_of, used_fits
from onefold.analytics.mining.recipes import terms_of
from onefold.analytics.mining.scoring import priors_of, scorer_of, scores
from onefold.analytics.mining.shown import shown

__all__ = ["kept_from", "models", "priors_of", "scorer_of", "scores", "series_of", "shown", "terms_of", "used_fits"]
