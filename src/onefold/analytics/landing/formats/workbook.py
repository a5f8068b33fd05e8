"""The parts of an .xlsx workbook: a zip of XML files, read as streams. Nothing in it may define entities, and nothing is held
in memory but what a cell shows.

Written here and not left to a library, because the ones at hand turn an error cell into an empty one, the day that never was
(29 February 1900) into another, and set up every cell between the first and the last before they look at one.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from onefold.analytics.landing.formats.archives import Growth, is_workbook, member_pieces
from onefold.analytics.landing.shapes import FileRefused

WORKBOOK_BYTES_MAX = 2**30
CELL_TEXT_MAX = 32_767
Attributes = dict[str, str]
_BUILT_IN_DAYS = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Workbook:
    """An opened workbook: its sheets by name (in order) with their parts, whether days count from 1904."""

    archive: zipfile.ZipFile
    growth: Growth
    sheets: dict[str, str]
    since_1904: bool
    strings_part: str
    styles_part: str

    def xml(self, part: str) -> Iterator[bytes]:
        return _part(self.archive, part, self.growth)


def opened_workbook(archive: zipfile.ZipFile) -> Workbook:
    """Raises `FileRefused` NOT_THE_FORMAT, TOO_LARGE, XML_ENTITIES, BROKEN_ARCHIVE."""
    if not is_workbook(archive):
        raise FileRefused("NOT_THE_FORMAT", "a zip, but no workbook")
    growth = Growth(WORKBOOK_BYTES_MAX)
    for member in archive.infolist():
        for _ in member_pieces(archive, member, growth):
            pass
    growth = Growth(WORKBOOK_BYTES_MAX * 4)
    main = next(iter(_relations(archive, "", growth, "/officeDocument").values()), "")
    kinds = {kind: _relations(archive, main, growth, f"/{kind}") for kind in ("worksheet", "sharedStrings", "styles")}
    sheets, since_1904 = _sheets(archive, main, growth)
    return Workbook(
        archive,
        growth,
        {name: kinds["worksheet"].get(relation, "") for name, relation in sheets.items()},
        since_1904,
        next(iter(kinds["sharedStrings"].values()), ""),
        next(iter(kinds["styles"].values()), ""),
    )


def _part(archive: zipfile.ZipFile, part: str, growth: Growth) -> Iterator[bytes]:
    try:
        member = archive.getinfo(part)
    except KeyError:
        raise FileRefused("NOT_THE_FORMAT", "a part of the workbook is missing") from None
    return member_pieces(archive, member, growth)


def parse(
    pieces: Iterator[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read XML as a stream. Names come without their namespace; a document type, and so any entity, is refused."""
    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, 2**16
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = lambda name, attributes: start(name[name.rfind(":") + 1 :], attributes)
    if end:
        parser.EndElementHandler = lambda name: end(name[name.rfind(":") + 1 :])
    parser.CharacterDataHandler = text
    try:
        for piece in pieces:
            parser.Parse(piece)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise FileRefused("NOT_THE_FORMAT", "the workbook's XML is damaged") from None


def _refuse_entities(*_: object) -> None:
    raise FileRefused("XML_ENTITIES")


def _relations(archive: zipfile.ZipFile, part: str, growth: Growth, kind: str) -> dict[str, str]:
    """Relation id to part, for the relations of `part` whose type ends in `kind`."""
    folder, name = posixpath.split(part)
    found: dict[str, str] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship" and attributes.get("Type", "").endswith(kind):
            target = attributes.get("Target", "")
            path = target if target.startswith("/") else posixpath.join("/", folder, target)
            found[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")

    parse(_part(archive, posixpath.join(folder, "_rels", f"{name}.rels"), growth), start)
    return found


def _sheets(archive: zipfile.ZipFile, part: str, growth: Growth) -> tuple[dict[str, str], bool]:
    sheets: dict[str, str] = {}
    since_1904 = False

    def start(element: str, attributes: Attributes) -> None:
        nonlocal since_1904
        if element == "sheet":
            relation = next((value for name, value in attributes.items() if name.endswith(":id") or name == "id"), "")
            sheets[attributes.get("name", "")] = relation
        elif element == "workbookPr":
            since_1904 = attributes.get("date1904") in ("1", "true", "on")

    parse(_part(archive, part, growth), start)
    return sheets, since_1904


# Shared strings and styles


def shared_strings(workbook: Workbook) -> list[str]:
    """The texts that cells refer to by number, without the reading aids (phonetic runs) beside them."""
    texts: list[str] = []
    if not workbook.strings_part:
        return texts
    pieces: list[str] = []
    depth = {"t": 0, "rPh": 0}

    def start(element: str, attributes: Attributes) -> None:
        if element == "si":
            pieces.clear()
        elif element in depth:
            depth[element] += 1

    def end(element: str) -> None:
        if element == "si":
            texts.append(cell_text(pieces))
        elif element in depth:
            depth[element] -= 1

    def text(piece: str) -> None:
        if depth["t"] and not depth["rPh"]:
            pieces.append(piece)

    parse(workbook.xml(workbook.strings_part), start, end, text)
    return texts


def cell_text(pieces: list[str]) -> str:
    """Pieces of a cell's text as one, with the escapes (`_x000D_`) of characters that XML cannot hold."""
    text = "".join(pieces)
    if len(text) > 7 * CELL_TEXT_MAX:
        raise FileRefused("TOO_LARGE", "a cell holds more text than a cell can")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def day_styles(workbook: Workbook) -> list[bool]:
    """For each cell style, whether its numbers are days or times."""
    formats: dict[str, bool] = {}
    styles: list[bool] = []
    inside = {"cellXfs": False}

    def start(element: str, attributes: Attributes) -> None:
        if element == "numFmt":
            formats[attributes.get("numFmtId", "")] = shows_days(attributes.get("formatCode", ""))
        elif element == "xf" and inside["cellXfs"]:
            number = attributes.get("numFmtId", "0")
            styles.append(formats.get(number, number.isdecimal() and int(number[:6]) in _BUILT_IN_DAYS))
        elif element in inside:
            inside[element] = True

    def end(element: str) -> None:
        if element in inside:
            inside[element] = False

    if workbook.styles_part:
        parse(workbook.xml(workbook.styles_part), start, end)
    return styles


def shows_days(code: str) -> bool:
    """Does a number format show a day or a time? `yyyy"年"m"月"` does, `0.00"m"` does not; nor does `[h]:mm`, a duration."""
    if _ELAPSED.search(code):
        return False
    return bool(re.search("[ymdhs]", _NOT_SHOWN.sub("", code).split(";")[0], re.IGNORECASE))
