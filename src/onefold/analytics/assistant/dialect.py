"""How the bytes of a sample become rows: encoding by strict trial, delimiter, quote, header, lines before it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from onefold.policy.feeds import CsvDialect

DELIMITERS = (",", ";", "\t", "|", "^", "~")
LINES_LOOKED_AT = 300
COMMON_SHARE_MIN = 0.9
"""GB18030 takes nearly any bytes; real Chinese text is nearly all GB 2312, rubbish read as Chinese is not."""

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Decoded:
    """`sure` is false where several encodings would do and only a person can read which one is right."""

    text: str
    encoding: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The dialect and what was seen: `width` fields a row, share of the rows looked at that have as many."""

    dialect: CsvDialect
    width: int
    regular: float


def decoded(raw: bytes, *, cut: bool) -> Decoded:
    """Decode a sample: UTF-8 if it is, else GB18030 if that gives Chinese, else a code page of Europe. `cut`: the sample may end
    in the middle of a character."""
    body = raw.removeprefix(_BOM)
    for encoding in ("utf-8", "gb18030"):
        text = _strictly(body, encoding, cut)
        if text is not None and (encoding == "utf-8" or _is_chinese(text)):
            return Decoded(text, encoding, True)
    for encoding in ("windows-1250", "windows-1252"):
        text = _strictly(body, encoding, cut)
        if text is not None:
            return Decoded(text, encoding, False)
    return Decoded(body.decode("gb18030", "replace"), "gb18030", False)


def _strictly(body: bytes, encoding: str, cut: bool) -> str | None:
    for shorter in range(4 if cut else 1):
        try:
            return body[: len(body) - shorter].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(body) - 8:
                return None
    return None


def _is_chinese(text: str) -> bool:
    letters = re.sub(r"[\x00-\x7f]", "", text)[:20_000]
    usual = sum(1 for letter in letters if _in_gb2312(letter))
    return not letters or usual / len(letters) >= COMMON_SHARE_MIN


def _in_gb2312(letter: str) -> bool:
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def dialect_of(text: str, encoding: str) -> Found:
    """The delimiter and quote under which most lines have the same number of fields, more than one if possible."""
    lines = text.splitlines()[:LINES_LOOKED_AT]
    tried = [_tried(lines, delimiter, quote) for delimiter in DELIMITERS for quote in _quotes(text, delimiter)]
    _, width, regular, delimiter, quote = max(tried, key=lambda trial: trial[0])
    skipped = _lines_before(lines, delimiter, quote, width)
    header = _has_header(rows_of("\n".join(lines[skipped:]), delimiter, quote))
    dialect = CsvDialect(encoding=encoding, delimiter=delimiter, quote=quote, header=header, skip_lines=skipped)
    return Found(dialect, width, regular)


def _quotes(text: str, delimiter: str) -> tuple[str, ...]:
    """Quotes worth a trial: the double one always, the single one where it stands at both ends of fields."""
    single = re.search(rf"(?m)(?:^|{re.escape(delimiter)})'[^'\n]*'(?:{re.escape(delimiter)}|\r?$)", text[:50_000])
    return ('"', "'") if single and '"' not in text[:50_000] else ('"',)


def _tried(lines: list[str], delimiter: str, quote: str) -> tuple[float, int, float, str, str]:
    """(merit, width, regular share, delimiter, quote)."""
    widths = [len(row) for row in rows_of("\n".join(lines), delimiter, quote)]
    if not widths:
        return -1.0, 1, 1.0, delimiter, quote
    width = max(set(widths), key=lambda each: (widths.count(each) * min(each, 3), each))
    regular = widths.count(width) / len(widths)
    merit = regular * (1 + min(width, 40) / 40) if width > 1 else 0.0
    return merit, width, regular, delimiter, quote


def _lines_before(lines: list[str], delimiter: str, quote: str, width: int) -> int:
    """Lines before the first one that is as wide as the table: a title, a date of extraction."""
    for number, line in enumerate(lines[:20]):
        if any(len(row) == width for row in rows_of(line, delimiter, quote)):
            return number
    return 0


def rows_of(text: str, delimiter: str, quote: str) -> list[list[str]]:
    """The rows of a text, blank lines left out. A broken quote spoils its own rows and no more than the sample."""
    csv.field_size_limit(2**24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote or None)
    return [row for row in reader if row]


def _has_header(rows: list[list[str]]) -> bool:
    """Names: all different, none a number or date, and not a value that its column has again."""
    if not rows:
        return True
    first, rest = rows[0], rows[1:]
    texts = [text.strip() for text in first]
    if len(set(texts)) < len(texts) or any(not text or re.fullmatch(r"[-+0-9.,:/ ]+", text) for text in texts):
        return False
    again = sum(
        any(len(row) > place and row[place].strip() == text for row in rest) for place, text in enumerate(texts)
    )
    return again <= len(texts) // 4
