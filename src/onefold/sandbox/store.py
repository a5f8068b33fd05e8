"""The sandbox's own store: every operation under the id its sender gave it, for ever, and the effects it had.

The same operation id gives the first answer and no second effect; with another body it is refused. An operation that was
taken back before it arrived is remembered too: when it does arrive, late, it has no effect.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

DONE, REFUSED, PENDING = "DONE", "REFUSED", "PENDING"
TABLES = """
CREATE TABLE IF NOT EXISTS operations (
    operation_id TEXT PRIMARY KEY, kind TEXT NOT NULL, body_sha256 TEXT NOT NULL, status TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS things (
    kind TEXT NOT NULL, thing_id TEXT NOT NULL, state TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (kind, thing_id));
CREATE TABLE IF NOT EXISTS effects (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, at TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Outcome:
    """What came of an operation. REFUSED has `reason` in its answer and never an effect."""

    status: str
    answer: dict[str, Any]

    def told(self) -> dict[str, Any]:
        return {"status": self.status, **self.answer}


def refused(reason: str) -> Outcome:
    return Outcome(REFUSED, {"reason": reason})


class Reused(Exception):
    """The operation id came before with another body."""


class Store:
    """One file, one writer at a time; an operation and its effects are one transaction."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._base = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._base.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + TABLES)

    def once(
        self, operation_id: str, kind: str, body: dict[str, Any], at: datetime, carry_out: Callable[[], Outcome]
    ) -> Outcome:
        """Carry the operation out unless its id has an outcome already. `refuse` in the body is the fault, not the sender's word.

        Raises `Reused`.
        """
        said = {name: value for name, value in body.items() if name != "refuse"}
        sha256 = hashlib.sha256(json.dumps([kind, said], sort_keys=True).encode()).hexdigest()
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                known = self._row(operation_id)
                if known is not None:
                    if known["body_sha256"] not in (sha256, ""):
                        raise Reused(operation_id)
                    return Outcome(known["status"], json.loads(known["answer"]))
                outcome = refused("PARTNER_REFUSES") if body.get("refuse") else carry_out()
                self._keep(operation_id, kind, sha256, outcome, at)
                return outcome
            finally:
                self._base.execute("COMMIT")

    def outcome(self, operation_id: str) -> tuple[str, Outcome] | None:
        """Return an operation's kind and outcome; None when no such operation ever arrived."""
        with self._lock:
            known = self._row(operation_id)
        return (known["kind"], Outcome(known["status"], json.loads(known["answer"]))) if known else None

    def forestall(self, operation_id: str, kind: str, reason: str, at: datetime) -> None:
        """Refuse, once and for all, an operation that has not arrived. Call it inside `once`."""
        self._keep(operation_id, kind, "", refused(reason), at)

    def settle(self, operation_id: str, outcome: Outcome) -> None:
        """Give a PENDING operation its outcome."""
        with self._lock:
            self._base.execute(
                "UPDATE operations SET status = ?, answer = ? WHERE operation_id = ? AND status = ?",
                [outcome.status, json.dumps(outcome.answer), operation_id, PENDING],
            )

    def put(self, kind: str, thing_id: str, state: str, content: dict[str, Any]) -> None:
        self._base.execute(
            "INSERT INTO things VALUES (?, ?, ?, ?) ON CONFLICT (kind, thing_id) "
            "DO UPDATE SET state = excluded.state, content = excluded.content",
            [kind, thing_id, state, json.dumps(content)],
        )

    def get(self, kind: str, thing_id: str) -> tuple[str, dict[str, Any]] | None:
        with self._lock:
            row = self._base.execute(
                "SELECT state, content FROM things WHERE kind = ? AND thing_id = ?", [kind, thing_id]
            ).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def all(self, kind: str) -> list[dict[str, Any]]:
        with self._lock:
            rows = self._base.execute(
                "SELECT thing_id, state, content FROM things WHERE kind = ? ORDER BY thing_id", [kind]
            ).fetchall()
        return [{"id": row[0], "state": row[1], **json.loads(row[2])} for row in rows]

    def count(self, kind: str) -> int:
        return int(self._base.execute("SELECT count(*) FROM things WHERE kind = ?", [kind]).fetchone()[0])

    def note_effect(self, kind: str, about: str, at: datetime) -> None:
        """Write down that something has really happened: tests count here."""
        self._base.execute("INSERT INTO effects (kind, about, at) VALUES (?, ?, ?)", [kind, about, at.isoformat()])

    def effects(self) -> list[dict[str, str]]:
        with self._lock:
            rows = self._base.execute("SELECT kind, about, at FROM effects ORDER BY number").fetchall()
        return [{"kind": kind, "about": about, "at": at} for kind, about, at in rows]

    def _row(self, operation_id: str) -> dict[str, Any] | None:
        row = self._base.execute(
            "SELECT kind, body_sha256, status, answer FROM operations WHERE operation_id = ?", [operation_id]
        ).fetchone()
        return dict(zip(("kind", "body_sha256", "status", "answer"), row, strict=True)) if row else None

    def _keep(self, operation_id: str, kind: str, sha256: str, outcome: Outcome, at: datetime) -> None:
        self._base.execute(
            "INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?)",
            [operation_id, kind, sha256, outcome.status, json.dumps(outcome.answer), at.isoformat()],
        )
