"""Every command of the product."""
