"""Contracts of the group's customers and what happened to them."""
