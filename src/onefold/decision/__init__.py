"""The decision core: gates before scores, arrays in, arrays out. Pure; NumPy and the standard library only."""
