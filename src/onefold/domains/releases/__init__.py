"""Which release is active; staging and activation; the runs that make them."""
