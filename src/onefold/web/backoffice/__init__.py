"""Counters, data stewards and compliance: customers, intake, one decision."""
