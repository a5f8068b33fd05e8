"""Words every other package is spelt with: refusals, ids, money, periods, masks, identifiers. Imports nothing of Onefold."""
