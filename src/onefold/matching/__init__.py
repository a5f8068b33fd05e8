"""Matching: what levels of agreement prove, and which records hang together. Pure; arrays in, arrays out, NumPy only."""
