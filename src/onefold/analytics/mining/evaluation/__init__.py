"""Public data sets through the same learning as everything else: described by YAML, with no code of their own."""

from onefold.analytics.mining.evaluation.description import Description, Known, described
from onefold.analytics.mining.evaluation.protocols import Found, evaluated

__all__ = ["Description", "Found", "Known", "described", "evaluated"]
