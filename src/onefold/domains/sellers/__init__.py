"""Sellers, their grades and registrations."""
