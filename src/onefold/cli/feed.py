"""A new company's files: propose their feeds, prove them. No database is opened and nothing of this installation is touched."""

from __future__ import annotations


def feed(words: list[str]) -> int:
    """Propose the YAML of feeds from samples (`draft`), prove it on files (`check`)."""
    from onefold.analytics.assistant.__main__ import main

    return main(words)
