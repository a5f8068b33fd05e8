"""The ledger of arrivals: receipts, row equation, rejects."""
