"""Addresses of the companies' machines that are told of events, and what was told them."""
