"""The companies' products, series and the dated channel-product matrix."""
