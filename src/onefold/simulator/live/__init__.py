"""People at the doors: simulated sellers and customers act on what Onefold published, through the same pages as everybody."""
