"""What goes wrong with whole files, a few times a month, always on the same days: so that the intake page has something to say.

Every refused file comes again in order, so nothing but time is lost. An accident looks for a file from its day on; where a group
is so small that nobody sent one, it does not happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from onefold.simulator.sending.files import LAYOUT_OF, Files, Sent, sha256_of, workbook_path
from onefold.simulator.sending.layouts import EXCEL, Layout

LOADED, REFUSED, REPEATED = "LOADED", "REFUSED", "DUPLICATE_FILE"


@dataclass(frozen=True)
class Line:
    """One file that was sent, as the truth keeps it. `day`: what it speaks of; `arrives`: its folder; `replaced_by`: the name of the
    file that says the same in order; `waits`: it stands behind a paused feed until somebody resumes that."""

    feed: str
    day: int
    arrives: int
    name: str
    kind: str
    rows: int
    expected: str = LOADED
    reason: str = ""
    replaced_by: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Accident:
    """`day`: in thirtieths of the days; `again_after`: days until the file comes (again)."""

    kind: str
    feeds: tuple[str, ...]
    day: int
    again_after: int
    reason: str = ""


PLAN = (
    Accident("LATE_AFTER_NEWER", ("hbank_customers", "hlife_customers"), 4, 2),
    Accident("LATE", ("hlife_contracts", "hpc_claims"), 9, 3),
    Accident("CORRECTED", ("hfund_contracts",), 11, 1),
    Accident("WRONG_ENCODING", ("hpension_consents", "hpension_customers", "hlife_customers"), 13, 2, "WRONG_ENCODING"),
    Accident("TRUNCATED", ("hpc_contracts",), 16, 1, "TRAILER_MISSING"),
    Accident("SENT_TWICE", ("hsec_customers", "hfund_customers", "hhealth_customers"), 18, 1),
    Accident("SENT_AGAIN_RENAMED", ("hsec_contracts", "hlife_consents"), 19, 1),
    Accident("WRONG_TOTAL", ("hpc_contracts",), 23, 1, "TRAILER_TOTAL"),
    Accident("COLUMN_ADDED", ("hhealth_contact_blocks", "hhealth_relations", "hhealth_consents"), 26, 2, "HEADER_CHANGED"),
)  # fmt: skip
"""An added column makes the intake pause the feed: what comes after it waits for somebody who looks."""


def befall(files: Files) -> list[Line]:
    """Let the accidents happen to the finished files; return every file that was sent, in order of arrival."""
    lines = {key: _as_sent(sent) for key, sent in files.sent.items()}
    extra: list[Line] = []
    days = files.span.days
    for accident in PLAN if days else ():
        found = _struck(accident, files, lines)
        if found is not None:
            sent = files.sent[found]
            line, more = _happens(accident, sent, lines[found], files, min(found[1] + accident.again_after, days))
            lines[found] = line
            extra += more
    everything = [*_workbooks(files, lines), *extra]
    return sorted(_waiting(everything), key=lambda line: (line.arrives, line.name))


def _as_sent(sent: Sent) -> Line:
    return Line(sent.feed, sent.day, sent.day, sent.path.name, "NORMAL", sent.rows)


def _struck(accident: Accident, files: Files, lines: dict[tuple[str, int], Line]) -> tuple[str, int] | None:
    """The first file of the accident's feeds from its day on that nothing has befallen yet."""
    first = max(1, accident.day * files.span.days // 30)
    for feed in accident.feeds:
        for day in range(first, files.span.days + 1):
            if (feed, day) in lines and lines[feed, day].kind == "NORMAL":
                return feed, day
    return None


def _happens(accident: Accident, sent: Sent, line: Line, files: Files, later: int) -> tuple[Line, list[Line]]:
    kind, layout = accident.kind, LAYOUT_OF[sent.feed]
    line = replace(line, kind=kind)
    if kind.startswith("LATE"):
        sent.path = sent.path.rename(files.folder(later) / sent.path.name)
        return replace(line, arrives=later), []
    if kind.startswith("SENT"):
        name = sent.path.name if kind == "SENT_TWICE" else sent.path.with_stem(f"{sent.path.stem}_2").name
        folder = files.folder(later)
        if (folder / name) == sent.path:
            return replace(line, kind="NORMAL"), []
        (folder / name).write_bytes(sent.path.read_bytes())
        return replace(line, kind="NORMAL"), [replace(line, arrives=later, name=name, expected=REPEATED)]
    good = sent.path.read_bytes()
    again = sent.path.with_stem(f"{sent.path.stem}_r2").name
    (files.folder(later) / again).write_bytes(good)
    sent.path.write_bytes(_SPOILT[kind](good, layout))
    second = replace(line, arrives=later, name=again, kind="SENT_IN_ORDER")
    if not accident.reason:
        return replace(line, replaced_by=again), [second]
    return replace(line, expected=REFUSED, reason=accident.reason, replaced_by=again), [second]


def _workbooks(files: Files, lines: dict[tuple[str, int], Line]) -> list[Line]:
    """A list of more rows than a sheet holds stands in several files."""
    from onefold.simulator.sending.files import SHEET_ROWS

    found = []
    for key, line in lines.items():
        if LAYOUT_OF[line.feed].form.kind != EXCEL:
            found.append(line)
            continue
        for number, begin in enumerate(range(0, line.rows, SHEET_ROWS)):
            name = workbook_path(files.sent[key].path, number).name
            found.append(replace(line, name=name, rows=min(SHEET_ROWS, line.rows - begin)))
    return found


def _waiting(lines: list[Line]) -> list[Line]:
    paused = {line.feed: line for line in lines if line.reason == "HEADER_CHANGED"}
    return [
        replace(line, waits=True)
        if line.feed in paused and (line.arrives, line.name) > (paused[line.feed].arrives, paused[line.feed].name)
        else line
        for line in lines
    ]


# How a good file is spoilt


def _amounts_in_cents(good: bytes, layout: Layout) -> bytes:
    """The last column, an amount, a hundred times too large: cents sent as if they were yuan."""
    head, *rows = good.decode(layout.form.encoding).splitlines(keepends=True)
    spoilt = [row if row.endswith('"\n') else _last_in_cents(row) for row in rows]
    return (head + "".join(spoilt)).encode(layout.form.encoding)


def _last_in_cents(row: str) -> str:
    rest, amount = row.rsplit(",", 1)
    return f"{rest},{amount.replace('.', '')}"


def _cut_short(good: bytes, layout: Layout) -> bytes:
    text = good.decode(layout.form.encoding)
    return text[: len(text) * 6 // 10].encode(layout.form.encoding)


def _wrong_total(good: bytes, layout: Layout) -> bytes:
    rest, total = good.decode(layout.form.encoding).rstrip("\n").rsplit(",", 1)
    whole, cents = total.split(".")
    return f"{rest},{int(whole) + 100}.{cents}\n".encode(layout.form.encoding)


def _column_more(good: bytes, layout: Layout) -> bytes:
    head, *rows = good.decode(layout.form.encoding).splitlines()
    return "".join([f"{head},reason\n", *(f"{row},asked by phone\n" for row in rows)]).encode(layout.form.encoding)


def _other_encoding(good: bytes, layout: Layout) -> bytes:
    return good.decode("utf-8").encode("gb18030")


_SPOILT: dict[str, Callable[[bytes, Layout], bytes]] = {
    "CORRECTED": _amounts_in_cents,
    "TRUNCATED": _cut_short,
    "WRONG_TOTAL": _wrong_total,
    "COLUMN_ADDED": _column_more,
    "WRONG_ENCODING": _other_encoding,
}


def path_of(files: Files, line: Line) -> Path:
    return files.folder(line.arrives) / line.name


def sha_of(files: Files, line: Line) -> str:
    return sha256_of(path_of(files, line))
