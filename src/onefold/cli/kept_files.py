"""Is a restored installation whole: every file that its rows refer to there with the right bytes, and the book in balance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from onefold import embedded
from onefold.domains.ledger.invariants import broken as broken_of
from onefold.domains.settlement.invariants import CHECKS
from onefold.embedded import cluster, roles
from onefold.keeping.restoring import Found
from onefold.seam.verifying import verify_all

RECEIVED = "SELECT DISTINCT sha256 FROM intake_batch b WHERE to_jsonb(b)->>'pruned_at' IS NULL ORDER BY 1"
RELEASES = """
    SELECT r.release_id, r.manifest->'datasets', a.release_id IS NOT NULL
    FROM releases_release r LEFT JOIN releases_activerelease a USING (release_id)
    WHERE to_jsonb(r)->>'pruned_at' IS NULL ORDER BY 1
"""
"""By way of JSON: a database of an older version has no such column, and nothing that was pruned."""


def examine(place: Path, server: cluster.Cluster) -> Found:
    """Look at a restored installation as its administrator. Files: receipts' bytes, and the datasets of its releases."""
    password = embedded.secrets_of(place)["admin"]
    admin = embedded.Connection(server.host, server.port, roles.DATABASE, cluster.ADMINISTRATOR, password)
    return look_into(place, admin)


def look_into(place: Path, connection: embedded.Connection) -> Found:
    """The same over any connection that sees every row."""
    with psycopg.connect(**connection.parameters(), autocommit=True) as session, session.cursor() as cursor:
        if not known(session, "intake_batch"):
            return Found()  # a database without tables refers to nothing
        walked = (str(broken.data["file"]) for broken in verify_all(place))
        missing = sorted({*received(place, session), *datasets(place, session), *walked})
        return Found(missing, [f"{check.code}: {check.en}" for check in broken_of(cursor, CHECKS)])


def known(session: psycopg.Connection[Any], table: str) -> bool:
    return session.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone() == (True,)


def received(place: Path, session: psycopg.Connection[Any]) -> Iterator[str]:
    """Received files that are not there or are not what their name says."""
    for (sha256,) in session.execute(RECEIVED).fetchall():
        if sha256_of(place / "intake" / sha256) != sha256:
            yield f"intake/{sha256}"


def datasets(place: Path, session: psycopg.Connection[Any]) -> Iterator[str]:
    """Datasets of a release that are not what its manifest says; all must be there of the release that readers see."""
    for release_id, listed, is_active in session.execute(RELEASES).fetchall():
        folder = place / "lake" / "runs" / release_id
        if not folder.exists() and not is_active:
            continue  # announced by a run that did not end
        for dataset in listed or ():
            path = folder / f"{dataset['name']}.parquet"
            if sha256_of(path) != dataset["sha256"]:
                yield path.relative_to(place).as_posix()
        if not (place / "vault" / "runs" / release_id).exists():
            yield f"vault/runs/{release_id}"


def sha256_of(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
