"""Write movements and their journals, as sets: the same way for one sale and for a hundred thousand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from onefold.commands.action import Command
from onefold.domains.ledger.actions import post_all
from onefold.domains.ledger.queries import closed_months
from onefold.domains.ledger.rules import Draft, month_of, next_month
from onefold.domains.settlement import chart
from onefold.domains.settlement.chart import Move
from onefold.domains.settlement.models import Line, Movement
from onefold.kernel.ids import derived_id

ACCRUE, VEST, VEST_DEFERRED, WIND_UP = "ACCRUE", "VEST", "VEST_DEFERRED", "WIND_UP"
PIECE = 5_000


@dataclass(frozen=True, slots=True)
class Moved:
    """A line and what happens to it: kind and signed amounts."""

    line: Line
    kind: str
    amount_minor: int
    vat_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one event does to one sale: one journal. `name` and the sale make the operation id, so it happens once."""

    name: str
    item_id: UUID
    event_on: date
    moved: tuple[Moved, ...]


def carry_out(command: Command, steps: Iterable[Step]) -> int:
    """Book the steps; return how many movements were made. A step without movements books nothing."""
    closed = set(closed_months(command.viewer))
    made, drafts, movements = 0, [], []
    for step in steps:
        if not step.moved:
            continue
        moves = [_move(moved) for moved in step.moved]
        journal_id, on = derived_id("settlement", str(step.item_id), step.name), booking_day(step.event_on, closed)
        drafts.append(Draft(journal_id, on, f"settlement:{step.item_id}:{step.name}", chart.entries_of(moves)))
        movements += [
            _movement(step, moved, move, journal_id, on) for moved, move in zip(step.moved, moves, strict=True)
        ]
    if drafts:
        post_all(command, drafts)
        made = len(Movement.objects.bulk_create(movements, batch_size=PIECE))
    return made


def booking_day(event_on: date, closed: set[date]) -> date:
    """The event's own day, or the first of the next month that is open."""
    month = month_of(event_on)
    if month not in closed:
        return event_on
    while month in closed:
        month = next_month(month)
    return month


def whole(line: Line, kind: str) -> Moved:
    """All of a line: accrued, vested, or cancelled with the opposite sign."""
    sign = -1 if kind == chart.CANCELLED else 1
    return Moved(line, kind, sign * line.amount_minor, sign * line.vat_minor, sign * line.tax_minor)


def states_of(lines: Iterable[Line]) -> dict[UUID, str]:
    """The newest thing that happened to each line."""
    order = (chart.ACCRUED, chart.VESTED, chart.CANCELLED, chart.CLAWED_BACK)
    states: dict[UUID, str] = {}
    for line_id, kind in Movement.objects.filter(line__in=list(lines)).values_list("line_id", "kind"):
        states[line_id] = max(states.get(line_id, chart.ACCRUED), kind, key=order.index)
    return states


def by_sale(lines: Iterable[Line]) -> dict[UUID, list[Line]]:
    grouped: dict[UUID, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[line.sale_id].append(line)
    return grouped


def _move(moved: Moved) -> Move:
    line = moved.line
    return Move(
        moved.kind, line.kind, line.payer_company_id, line.payee_company_id, line.payee, line.currency,
        moved.amount_minor, moved.vat_minor, moved.tax_minor,
    )  # fmt: skip


def _movement(step: Step, moved: Moved, move: Move, journal_id: UUID, on: date) -> Movement:
    return Movement(
        movement_id=derived_id("movement", str(moved.line.line_id), moved.kind), line_id=moved.line.line_id, kind=moved.kind,
        amount_minor=moved.amount_minor, vat_minor=moved.vat_minor, tax_minor=moved.tax_minor,
        payable_minor=move.payable_minor, effective_on=on, event_on=step.event_on, journal_id=journal_id,
    )  # fmt: skip
