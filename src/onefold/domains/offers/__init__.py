"""The next-best-offer decision: verdicts with reasons, and the same gates again at the click."""
