"""One clean CSV file and hundreds of ways in which it may have been broken on its way, in the spirit of Pollock.

Each pollution says which rows it may have made bad; every other row must come out as it was.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

NAMES = ("no", "name", "born", "amount", "note")
ROWS = 12


@dataclass(frozen=True)
class Polluted:
    """`broken`: numbers (from 0) of the rows that were touched; None: the file as a whole was, so it may be refused."""

    kind: str
    content: bytes
    broken: frozenset[int] | None


def clean_rows() -> list[list[str]]:
    return [
        [f"K{n:03d}", ["王小明", "Li, Lei", 'O"Neil', "欧阳 修", "two\nlines"][n % 5], f"19{60 + n}-0{1 + n % 9}-1{n % 9}", f"{n * 1000}.{n:02d}", "" if n % 3 else "x;y|z"]
        for n in range(ROWS)
    ]  # fmt: skip


def written(
    rows: list[list[str]], delimiter: str = ",", newline: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(rows)
    return buffer.getvalue().encode()


def lines() -> list[bytes]:
    """Header and rows, each written alone."""
    return [written([list(NAMES)]), *(written([row]) for row in clean_rows())]


def polluted(many: int, seed: int = 23) -> Iterator[Polluted]:
    """Every kind once, at every row it can stand in; then random pairs of them until there are `many`."""
    singles = [*_of_rows(), *_of_files(), *_of_headers()]
    yield from singles
    chance = random.Random(seed)
    single_rows = list(_edits())
    for number in range(max(0, many - len(singles))):
        chosen = chance.sample(range(ROWS), 2)
        kinds = [chance.choice(single_rows) for _ in chosen]
        parts = lines()
        for row, (_, edit) in zip(chosen, kinds, strict=True):
            parts[row + 1] = edit(parts[row + 1], chance.randrange(1, max(2, len(parts[row + 1]) - 1)))
        names = " + ".join(name for name, _ in kinds)
        touched = set(chosen) | _neighbours(kinds, chosen)
        yield Polluted(f"{names} #{number}", b"".join(parts), frozenset(touched))


def _edits():  # type: ignore[no-untyped-def]
    """Name and change of one row's bytes; the second argument is a place in it."""
    yield "stray quote", lambda line, at: line[:at] + b'"' + line[at:]
    yield "two stray quotes", lambda line, at: line[:at] + b'""' + line[at:]
    yield "quote in front", lambda line, at: b'"' + line
    yield "quote at the end", lambda line, at: line[:-1] + b'"\n'
    yield "delimiter more", lambda line, at: line[:-1] + b",\n"
    yield "field more", lambda line, at: line[:-1] + b",more\n"
    yield "delimiter less", lambda line, at: line.replace(b",", b"", 1)
    yield "delimiter in the middle", lambda line, at: line[:at] + b"," + line[at:]
    yield "another delimiter", lambda line, at: line.replace(b",", b";")
    yield "tab for delimiter", lambda line, at: line.replace(b",", b"\t", 1)
    yield "two-byte delimiter", lambda line, at: line.replace(b",", "，".encode())
    yield "double delimiter", lambda line, at: line.replace(b",", b",,", 1)
    yield "line break inside", lambda line, at: line[:at] + b"\n" + line[at:]
    yield "carriage return inside", lambda line, at: line[:at] + b"\r" + line[at:]
    yield "NUL inside", lambda line, at: line[:at] + b"\0" + line[at:]
    yield "escape inside", lambda line, at: line[:at] + b"\x1b" + line[at:]
    yield "backslash quote", lambda line, at: line[:at] + b'\\"' + line[at:]
    yield "cut off", lambda line, at: line[:at] + b"\n"
    yield "only delimiters", lambda line, at: b",,,,\n"
    yield "a word", lambda line, at: b"total\n"
    yield "a title", lambda line, at: b"List of clients,,,,\n"
    yield "the header again", lambda line, at: ",".join(NAMES).encode() + b"\n"
    yield "a comment", lambda line, at: b"# " + line
    yield "a foreign row", lambda line, at: b"1,2\n"
    yield "replacement character", lambda line, at: line[:-1] + "\ufffd".encode() + b"\n"
    yield "apostrophes for quotes", lambda line, at: line.replace(b'"', b"'").replace(b"K", b"'K,'", 1)
    yield "line separator", lambda line, at: "\u2028".encode() + line[:-1] + b",\n"
    yield "a long row", lambda line, at: line[:-1] + b"x" * 2**20 + b"\n"
    yield "spaces round quotes", lambda line, at: b' "a" ' + line


def _of_rows() -> Iterator[Polluted]:
    chance = random.Random(1)
    for name, edit in _edits():
        for row in range(ROWS):
            parts = lines()
            at = chance.randrange(1, len(parts[row + 1]) - 1)
            parts[row + 1] = edit(parts[row + 1], at)
            touched = {row} | _neighbours([(name, edit)], [row])
            yield Polluted(f"{name} in row {row}", b"".join(parts), frozenset(touched))


def _neighbours(kinds: list[tuple[str, object]], rows: list[int]) -> set[int]:
    """A quote may open what the next rows close: those up to the next quoted field may fall with it."""
    odd = any(
        "quote" in name or "break" in name or "cut" in name or "return" in name or "foreign" in name
        for name, _ in kinds
    )
    return {row + more for row in rows for more in range(-5, 6)} if odd else set()


def _of_files() -> Iterator[Polluted]:
    rows, whole = clean_rows(), b"".join(lines())
    for delimiter in ";\t|:":
        yield Polluted(f"delimiter {delimiter!r}", written([list(NAMES), *rows], delimiter), None)
    for name, newline in (("CRLF", "\r\n"), ("CRCRLF", "\r\r\n"), ("LFCR", "\n\r")):
        yield Polluted(f"line ends {name}", written([list(NAMES), *rows], newline=newline), None)
    yield Polluted("everything quoted", written([list(NAMES), *rows], quoting=csv.QUOTE_ALL), frozenset())
    yield Polluted("no last line end", whole[:-1], frozenset())
    yield Polluted("byte order mark", b"\xef\xbb\xbf" + whole, frozenset())
    yield Polluted("two byte order marks", b"\xef\xbb\xbf" * 2 + whole, None)
    yield Polluted("blank lines", b"\n\n" + whole.replace(b"\nK", b"\n\nK") + b"\n\n\n", frozenset())
    yield Polluted("empty", b"", None)
    yield Polluted("header only", lines()[0], None)
    yield Polluted("no header", b"".join(lines()[1:]), None)
    yield Polluted("title above", b"List of clients\n" + whole, None)
    yield Polluted("two tables", whole + b"\n" + whole, None)
    yield Polluted("two headers", lines()[0] + whole, None)
    yield Polluted("SAP's sep= line", b"sep=,\n" + whole, None)
    for encoding in ("utf-16", "utf-16-le", "gb18030", "utf-32", "utf-7"):
        yield Polluted(f"in {encoding}", whole.decode().encode(encoding), None)
    for cut in range(1, len(whole), 17):
        yield Polluted(f"cut at byte {cut}", whole[:cut], None)


def _of_headers() -> Iterator[Polluted]:
    rows = clean_rows()
    for place, name in enumerate(NAMES):
        others = [other for other in NAMES if other != name]
        yield Polluted(
            f"column {name} removed", written([others, *([*row[:place], *row[place + 1 :]] for row in rows)]), None
        )
        for new in (f"{name}2", name.upper(), "", f"{name} (old)"):
            header = [new if other == name else other for other in NAMES]
            yield Polluted(f"column {name} renamed {new!r}", written([header, *rows]), None)
        yield Polluted(f"column {name} twice", written([[*NAMES, name], *([*row, row[place]] for row in rows)]), None)
        yield Polluted(
            f"column added at {place}",
            written([[*NAMES[:place], "new", *NAMES[place:]], *([*row[:place], "x", *row[place:]] for row in rows)]),
            None,
        )
        order = [place, *(other for other in range(len(NAMES)) if other != place)]
        moved = written([[NAMES[old] for old in order], *([row[old] for old in order] for row in rows)])
        yield Polluted(f"column {name} moved", moved, frozenset())
        yield Polluted(
            f"header names {name} quoted",
            written([list(NAMES), *rows]).replace(name.encode(), f'"{name}"'.encode(), 1),
            frozenset(),
        )
    for column, kind in ((2, "year only"), (3, "words")):
        yield Polluted(
            f"column {NAMES[column]} retyped to {kind}",
            written(
                [list(NAMES), *([*row[:column], "1960" if column == 2 else "many", *row[column + 1 :]] for row in rows)]
            ),
            frozenset(range(ROWS)),
        )
