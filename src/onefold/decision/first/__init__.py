"""Core version 1, as it judged: kept for ever, so that its evidence can be replayed. Nothing here changes any more."""
