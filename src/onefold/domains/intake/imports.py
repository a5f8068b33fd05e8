"""What became of the rows of each batch, the rows set aside and the measure of each column: written down after every run.

What defects cost downstream belongs to a release and is staged with it.
"""

from __future__ import annotations

from onefold.commands.action import Command, action
from onefold.commands.staging import ReleaseFolder, copy_in, rows_of
from onefold.commands.viewer import Viewer
from onefold.domains.intake.actions import note_ages, record_arrivals
from onefold.domains.intake.models import Batch, DefectCost, FieldQuality, Reject
from onefold.kernel.ids import new_id
from onefold.seam import datasets

REJECT = ("batch_id", "line", "column", "rule", "original")
QUALITY = ("batch_id", "feed", "column", "rows", "filled", "valid", "distinct")
COST = ("company", "defect", "records", "customers", "unlinked", "undecidable")


def record(viewer: Viewer, folder: ReleaseFolder) -> None:
    """Record receipts' outcomes and rejects of a run; recording them again changes nothing."""
    record_all(viewer, new_id(), release_id=folder.release_id)


@action
def record_all(command: Command, *, release_id: str) -> dict[str, int]:
    folder = ReleaseFolder(release_id)
    arrivals = folder.read(datasets.ARRIVALS)
    record_arrivals(command, arrivals=arrivals.to_pylist())
    company_of = {batch.hex: company for batch, company in Batch.objects.values_list("batch_id", "company_code")}
    Reject.objects.all().delete()
    rejects = folder.read(datasets.REJECTS)
    rows = (
        (batch, company_of[batch], line, column, rule, original)
        for batch, line, column, rule, original in rows_of(rejects, REJECT)
    )
    count = copy_in("intake_reject", ("batch_id", "company_code", "line", "column", "rule", "original"), rows)
    _record_quality(folder, company_of)
    return {"arrivals": arrivals.num_rows, "rejects": count}


def _record_quality(folder: ReleaseFolder, company_of: dict[str, str]) -> None:
    FieldQuality.objects.all().delete()
    rows = rows_of(folder.read(datasets.FIELD_QUALITY), QUALITY)
    copy_in("intake_fieldquality", ("company_code", *QUALITY), ((company_of[row[0]], *row) for row in rows))


@action
def record_ages(command: Command) -> None:
    """The run brought nothing new: what readers see was said once more, and is as young as that."""
    note_ages()


def stage(folder: ReleaseFolder) -> int:
    release = folder.release_id
    DefectCost.objects.filter(release_id=release).delete()
    costs = rows_of(folder.read(datasets.DEFECT_COSTS), COST)
    names = ("release_id", "company_code", *COST[1:])
    said = folder.rows_said(datasets.DEFECT_COSTS)
    return copy_in("intake_defectcost", names, ((release, *row) for row in costs), expected=said)


def merge(command: Command, release_id: str) -> None:
    """Counts follow the pointer; how old the data are is said when readers see them."""
    note_ages()


def forget(kept: list[str]) -> None:
    DefectCost.objects.exclude(release_id__in=kept).delete()
