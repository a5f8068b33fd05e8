"""Published figures with definition version, as-of date and release."""
