"""Long jobs, run by procrastinate's worker in a process of its own."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from onefold.jobs import pipeline


@app.task(name="onefold.run_pipeline", queue="pipeline", lock="pipeline")
def run_pipeline(run_id: str) -> None:
    """From everything received so far to a published release. The lock keeps two runs from treading on each other."""
    pipeline.run(UUID(run_id))
