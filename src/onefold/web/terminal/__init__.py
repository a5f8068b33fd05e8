"""The seller's phone: today, why, outcome."""
