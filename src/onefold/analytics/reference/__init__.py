"""The slow, obvious oracle: the same questions answered with dictionaries and loops, to hold every engine against."""
