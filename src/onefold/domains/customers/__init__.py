"""Source records, memberships, the customer they add up to, households."""
