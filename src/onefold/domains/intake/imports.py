"""What became of the rows of each batch, and the rows that were set aside: written down after every run."""

from __future__ import annotations

from onefold.commands.action import Command, action
from onefold.commands.staging import ReleaseFolder, copy_in, rows_of
from onefold.commands.viewer import Viewer
from onefold.domains.intake.actions import record_arrivals
from onefold.domains.intake.models import Batch, Reject
from onefold.kernel.ids import new_id
from onefold.seam import datasets

REJECT = ("batch_id", "line", "column", "rule", "original")


def record(viewer: Viewer, folder: ReleaseFolder) -> None:
    """Record receipts' outcomes and rejects of a run; recording them again changes nothing."""
    record_all(viewer, new_id(), release_id=folder.release_id)


@action
def record_all(command: Command, *, release_id: str) -> dict[str, int]:
    folder = ReleaseFolder(release_id)
    arrivals = folder.read(datasets.ARRIVALS)
    record_arrivals(command, arrivals=arrivals.to_pylist())
    company_of = {row.batch_id.hex: row.company_code for row in Batch.objects.all()}
    Reject.objects.all().delete()
    rejects = folder.read(datasets.REJECTS)
    rows = (
        (batch, company_of[batch], line, column, rule, original)
        for batch, line, column, rule, original in rows_of(rejects, REJECT)
    )
    count = copy_in("intake_reject", ("batch_id", "company_code", "line", "column", "rule", "original"), rows)
    return {"arrivals": arrivals.num_rows, "rejects": count}
