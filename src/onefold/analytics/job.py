"""The job file: what a run works on. Read once, at the face, into plain typed values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from onefold.analytics.features.periods import moment
from onefold.kernel.refusals import Kind, Refusal


class JobBroken(Refusal):
    code = "JOB_BROKEN"
    kind = Kind.INVALID
    sentence = {
        "en": "The job file cannot be used: {problem}.",
        "zh-Hans": "任务文件无法使用：{problem}。",
    }


@dataclass(frozen=True)
class BatchFile:
    """One file received: where its bytes are, of which feed, and when it came."""

    batch_id: str
    feed: str
    path: Path
    received_at: datetime
    sha256: str
    file_name: str = ""
    """as the sender called it: it may tell the sender's order"""


@dataclass(frozen=True)
class Job:
    """`known_at` is the moment the run looks from: batches received later are none of its business."""

    run_id: str
    var: Path
    as_of: date
    known_at: datetime
    rulebook: Path | None
    exports: Path
    batches: tuple[BatchFile, ...]


def read_job(path: Path) -> Job:
    """Read a job file; raise `JobBroken` with what is wrong and where, without any value of it."""
    try:
        return job_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise JobBroken(problem=type(error).__name__) from error
    except json.JSONDecodeError as error:
        raise JobBroken(problem=f"no JSON, line {error.lineno}") from error
    except KeyError as error:
        raise JobBroken(problem=f"{error.args[0]} is missing") from error
    except (TypeError, ValueError) as error:
        raise JobBroken(problem="a value has the wrong form") from error


def job_of(content: dict[str, Any]) -> Job:
    """Make a job of the file's content. `known_on` is an instant, or a day, which means its end (UTC)."""
    known_at = _instant(content["known_on"])
    batches = [
        BatchFile(
            row["batch_id"],
            row["feed"],
            Path(row["path"]),
            _instant(row["received_at"]),
            row["sha256"],
            row.get("file_name", ""),
        )
        for row in content["batches"]
    ]
    return Job(
        run_id=content["run_id"],
        var=Path(content["var"]),
        as_of=date.fromisoformat(content["as_of"]),
        known_at=known_at,
        rulebook=Path(content["rulebook"]) if content.get("rulebook") else None,
        exports=Path(content["exports"]),
        batches=tuple(batch for batch in batches if batch.received_at <= known_at),
    )


def _instant(text: str) -> datetime:
    if len(text) == len("2026-06-30"):
        return moment(date.fromisoformat(text))
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC)
