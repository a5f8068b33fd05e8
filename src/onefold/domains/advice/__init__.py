"""Needs analysis, risk profile, suitability opinion: what must be done and written down before anything is recommended."""
