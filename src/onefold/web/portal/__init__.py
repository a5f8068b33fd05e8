"""The customer's one account: what one holds, whom one lets use what, what is under way, who looked."""
