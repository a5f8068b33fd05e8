"""What is kept of what companies sent. A run reads everything that was received, so bytes go only when nothing of them counts any more.

A file that was loaded counts for ever: each fact's history begins with it. A file that was refused whole, also as superseded,
says nothing; it is kept for its term, for somebody may mend the feed and have it tried again. Then its rows say that the bytes
have gone, runs no longer read it, and the bytes go.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from onefold.commands.faultpoint import faultpoint
from onefold.commands.retention import Things, day_of
from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.intake.models import Batch, FeedPause
from onefold.kernel.retention import About, Kept

READ, TRIED_AGAIN, LOOKED_UP = "READ_BY_RUNS", "MAY_BE_TRIED_AGAIN", "LOOKED_UP"
GOING = ".going"
SYSTEM = Viewer.system("retention")
JUST_NOW_S = 3600.0
"""Bytes that came within this time stay: their receipt may be on its way."""
SHA256_LETTERS = 64


def folder() -> Path:
    return Path(settings.VAR) / "intake"


def files_found(at: datetime) -> Iterator[Kept]:
    """Each file that stands on the disk and has a receipt."""
    by_hash: dict[str, list[Batch]] = defaultdict(list)
    for batch in Batch.objects.filter(pruned_at=None).exclude(outcome=Batch.Outcome.DUPLICATE_FILE):
        by_hash[batch.sha256].append(batch)
    loaded = Batch.objects.filter(outcome=Batch.Outcome.LOADED).order_by("feed", "-batch_id").distinct("feed")
    newest = dict(loaded.values_list("feed", "batch_id"))
    paused = set(FeedPause.objects.filter(resumed_at=None).values_list("feed", flat=True))
    asked = {lookup.feed for feed in rulebook.loaded().feeds.values() for lookup in feed.lookups}
    for sha256, batches in sorted(by_hash.items()):
        path = folder() / sha256
        if not path.exists():
            continue
        needed = next((why for batch in batches if (why := _needed(batch, newest, paused, asked))), "")
        since = max(today(batch.received_at) for batch in batches)
        about = About(frozenset(batch.company_code for batch in batches))
        yield Kept(sha256, since, path.stat().st_size, needed, about)


def _needed(batch: Batch, newest: dict[str, UUID], paused: set[str], asked: set[str]) -> str:
    if batch.outcome != Batch.Outcome.REFUSED:
        return READ
    if batch.feed in asked:
        return LOOKED_UP
    came_through = batch.feed in newest and newest[batch.feed] > batch.batch_id
    return "" if came_through and batch.feed not in paused else TRIED_AGAIN


def mark_files(at: datetime, keys: list[str]) -> list[str]:
    """Write down that the bytes have gone: from here on no run asks for them."""
    Batch.objects.filter(sha256__in=keys, pruned_at=None).update(pruned_at=at)
    return keys


def clear_files() -> None:
    """Remove the bytes that no receipt asks for any more, also those a kill left half removed.

    The same bytes may be handed in at this moment: a file is set aside first, looked at again, and put back if somebody has
    a receipt for it by now or it has just been written.
    """
    for path in sorted(folder().glob(f"*{GOING}")):
        _end(path)
    with reading(SYSTEM):
        gone = set(Batch.objects.exclude(pruned_at=None).values_list("sha256", flat=True))
    for sha256 in sorted(gone - _asked_for(gone)):
        path = folder() / sha256
        if path.exists() and not _is_fresh(path):
            aside = path.with_name(f"{sha256}{GOING}")
            os.rename(path, aside)
            faultpoint("retention.renamed.intake")
            _end(aside)


def _end(aside: Path) -> None:
    sha256 = aside.name.removesuffix(GOING)
    if not (_asked_for({sha256}) or _is_fresh(aside)):
        aside.unlink()
    elif (folder() / sha256).exists():
        aside.unlink()  # the same bytes came again meanwhile
    else:
        os.rename(aside, folder() / sha256)


def _asked_for(hashes: set[str]) -> set[str]:
    with reading(SYSTEM):
        live = Batch.objects.filter(pruned_at=None, sha256__in=hashes).exclude(outcome=Batch.Outcome.DUPLICATE_FILE)
        return set(live.values_list("sha256", flat=True))


def _is_fresh(path: Path) -> bool:
    return time.time() - path.stat().st_mtime < JUST_NOW_S


def strays_found(at: datetime) -> Iterator[Kept]:
    """Bytes without any receipt: whoever handed them in died before it was written."""
    paths = [path for path in folder().iterdir() if len(path.name) == SHA256_LETTERS] if folder().exists() else []
    known = set(Batch.objects.values_list("sha256", flat=True))
    for path in sorted(paths):
        if path.name not in known:
            yield Kept(path.name, day_of(path, at), path.stat().st_size)


def remove_strays(keys: list[str]) -> None:
    for key in keys:
        (folder() / key).unlink(missing_ok=True)


KEPT = (
    Things("intake", files_found, clear_files, marked=mark_files),
    Things("unreceived", strays_found, removed=remove_strays),
)
