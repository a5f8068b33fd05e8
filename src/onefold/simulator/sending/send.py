"""What the companies say of a whole simulated group, file by file, and the truth beside it.

Chunks are made and told by spawned processes, or here; their parts are joined in the order of the chunks, so every byte is the
same for any number of processes. A chunk and a few finished parts are all that is in memory.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from onefold.simulator import world
from onefold.simulator.sending import rates
from onefold.simulator.sending.accidents import LOADED, REPEATED, Line, befall, path_of, sha_of
from onefold.simulator.sending.files import Files
from onefold.simulator.sending.layouts import GROUP_LAYOUTS
from onefold.simulator.sending.parts import DEFECTS, Part, Piece, part_of
from onefold.simulator.sending.states import Span
from onefold.simulator.sending.truth import Truth, defects_by_file, files_frame, folder_for, keep_chunk
from onefold.simulator.sending.writing import lines_of, texts_of
from onefold.simulator.tables import Group
from onefold.simulator.world.sellers import sellers_of

THREADS = "POLARS_MAX_THREADS"
BASE_DAY, DAYS = date(2026, 5, 31), 30


@dataclass(frozen=True)
class Order:
    """What to simulate."""

    seed: int
    customers: int
    base_day: date = BASE_DAY
    days: int = DAYS

    @property
    def span(self) -> Span:
        return Span(self.base_day, self.days)


@dataclass(frozen=True)
class Summary:
    """What was written. `bytes`: of the files sent, without the truth."""

    customers: int
    rows: int
    files: int
    bytes: int
    seconds: float


def send(
    order: Order,
    out: Path,
    truth: Path,
    *,
    processes: int = 1,
    never_in: Iterable[Path] = (),
    follow: Callable[[int], None] = lambda customers: None,
) -> Summary:
    """Write the companies' files to `out` (empty or not there yet) and what is so to `truth`, which must lie neither there nor in
    `never_in` nor in ONEFOLD_VAR. `follow` hears how many customers are done. Raises `FileExistsError` for a folder that holds
    something, `TruthInReach` for a truth that the pipeline could open."""
    if out.exists() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty")
    var = [Path(os.environ["ONEFOLD_VAR"])] if "ONEFOLD_VAR" in os.environ else []
    folder = folder_for(truth, [out, *var, *never_in])
    out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    files, kept, group = Files(out, order.span), Truth(folder), world.group_of(order.seed, order.customers)
    files.append(group_pieces(group, order.span))
    for name, table in vars(group).items():
        kept.add(name, table)
    collected = Truth(folder)
    done = 0
    for part, customers in parts(order, folder, processes):
        take(part, files, collected)
        done += customers
        follow(done)
    collected.close()
    lines = finish(files, kept, folder)
    kept.say({"order": vars(order), "says_wrong": rates.SAYS_WRONG, "is_set_aside": rates.IS_SET_ASIDE})
    kept.close()
    sizes = [path_of(files, line).stat().st_size for line in lines]
    rows = sum(line.rows for line in lines)
    return Summary(done, rows, len(lines), sum(sizes), time.monotonic() - started)


# Parts


def parts(order: Order, truth: Path, processes: int) -> Iterator[tuple[Part, int]]:
    """One part for each chunk, in order, and its customers. Whoever makes a chunk also keeps the truth of it."""
    work = [(order, truth, number, size) for number, size in world.parts_of(order.customers)]
    if processes <= 1:
        yield from (_part(*piece) for piece in work)
        return
    with _one_thread_each(), multiprocessing.get_context("spawn").Pool(processes) as pool:
        waiting: deque[Any] = deque()
        for piece in work:
            waiting.append(pool.apply_async(_part, piece))
            if len(waiting) > processes + 1:
                yield waiting.popleft().get()
        while waiting:
            yield waiting.popleft().get()


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes started meanwhile keep Polars to one thread, as they share the cores already; nobody started later does."""
    before = os.environ.get(THREADS)
    os.environ[THREADS] = before or "1"
    try:
        yield
    finally:
        os.environ.pop(THREADS)
        if before:
            os.environ[THREADS] = before


def _part(order: Order, truth: Path, number: int, size: int) -> tuple[Part, int]:
    chunk = world.chunk_of(order.seed, number, size, base_day=order.base_day, days=order.days)
    keep_chunk(truth, chunk)
    return part_of(chunk, sellers_of(order.seed, number, size).frame, order.span, order.seed), size


def take(part: Part, files: Files, collected: Truth) -> None:
    """Join one part to what is there."""
    begins = files.append(part.pieces)
    frame = pl.DataFrame(
        [(feed, day, begin) for (feed, day), begin in begins.items()],
        schema={"feed": pl.String, "day": pl.Int32, "begin": pl.Int64},
        orient="row",
    )
    placed = part.defects.join(frame, on=["feed", "day"], how="left", maintain_order="left")
    placed = placed.with_columns((pl.col("line") + pl.col("begin")).alias("line"))
    collected.add("unplaced", placed.select(list(DEFECTS)))


def finish(files: Files, kept: Truth, folder: Path) -> list[Line]:
    """Close the files, let the accidents happen, and keep what is true of files and defects."""
    files.finish()
    lines = befall(files)
    dates = [files.date_of(day) for day in range(files.span.days + 1)]
    sizes = [(path_of(files, line).stat().st_size, sha_of(files, line)) for line in lines]
    lines = _repetitions_known(lines, [digest for _, digest in sizes])
    kept.add("files", files_frame(lines, dates, sizes))
    unplaced = folder / "unplaced.parquet"
    for defects in _row_groups(unplaced):
        kept.add("defects", defects_by_file(defects, lines, dates))
    unplaced.unlink(missing_ok=True)
    for day in files.out.iterdir():
        if not any(day.iterdir()):
            day.rmdir()
    return lines


def _repetitions_known(lines: list[Line], digests: list[str]) -> list[Line]:
    """The same bytes for the same feed again, by accident or because a whole list has not changed: a repetition."""
    seen: set[tuple[str, str]] = set()
    told = []
    for line, digest in zip(lines, digests, strict=True):
        again = (line.feed, digest) in seen and line.expected == LOADED
        told.append(replace(line, expected=REPEATED) if again else line)
        seen.add((line.feed, digest))
    return told


def _row_groups(path: Path) -> Iterator[pl.DataFrame]:
    import pyarrow.parquet as pq

    if not path.exists():
        return
    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            frame = pl.from_arrow(file.read_row_group(number))
            assert isinstance(frame, pl.DataFrame)
            yield frame


# The group's own lists


def group_pieces(group: Group, span: Span) -> Iterable[Piece]:
    """Whole lists on the day of the full extract and in the middle of the increments."""
    frames = {
        "channels": group.channels,
        "channel_products": group.channel_products,
        "agency_agreements": group.agreements,
        "sellers": group.sellers.rename({"district": "region"}),
    }
    for day in sorted({0, (span.days + 1) // 2}):
        for name, frame in frames.items():
            layout = GROUP_LAYOUTS[name]
            rows = _known_by(frame, span.base_day + timedelta(days=day)).with_columns(
                pl.lit(None, pl.String).alias("planted")
            )
            if len(rows):
                lines = lines_of(texts_of(rows, layout), rows, layout)
                body = (lines.str.join("\n")[0] + "\n").encode()
                yield Piece(layout.feed, day, len(rows), len(rows), 0, body)


def _known_by(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """What is in the list on `day`: everybody arranged so far or within a month, and ends that are known by then."""
    if "valid_from" not in frame.columns:
        return frame
    soon = day + timedelta(days=31)
    known = frame.filter(pl.col("valid_from") <= soon)
    return known.with_columns(pl.when(pl.col("valid_until") <= soon).then("valid_until").alias("valid_until"))
