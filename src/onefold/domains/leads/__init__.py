"""An offer or a need on its way to a customer through a seller: lead, outcome, what silences it."""
