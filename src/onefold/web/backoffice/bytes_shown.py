"""Bytes as a person can read them, whatever is in them: nothing invisible, nothing that turns the page round."""

from __future__ import annotations

import unicodedata

SHOWN_BYTES_MAX = 600
_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "␡"}


def readable(original: bytes, encoding: str) -> str:
    """Return a row's bytes as text in the feed's encoding, cut short. Control characters stand as their pictures (␉ ␀),
    other invisible ones as their number, bytes that cannot be read as \\xNN.
    """
    cut = original.rstrip(b"\r\n")
    more = len(cut) > SHOWN_BYTES_MAX
    cut = cut[:SHOWN_BYTES_MAX]
    if encoding == "auto":
        encoding = "utf-8" if _decodes(cut, "utf-8", more) else "gb18030"
    text = cut.decode(encoding, errors="backslashreplace")
    return "".join(_visible(letter) for letter in text) + ("…" if more else "")


def _decodes(cut: bytes, encoding: str, more: bool) -> bool:
    """A cut may go through a letter: then its end does not count."""
    try:
        cut.decode(encoding)
    except UnicodeDecodeError as error:
        return more and error.start > len(cut) - 4
    return True


def _visible(letter: str) -> str:
    if ord(letter) in _PICTURES:
        return _PICTURES[ord(letter)]
    if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"⟨U+{ord(letter):04X}⟩"
    return letter
