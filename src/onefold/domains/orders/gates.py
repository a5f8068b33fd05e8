"""May this be sold now? Judged by the decision core at proposal, application and issue, as an offer is at the click.

What limits our own approach (consent to marketing, do-not-contact, quiet time, the holdout) does not forbid a sale: nobody is
refused service for having refused advertising. It forbids a proposal that we bring of our own accord.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from onefold.commands.scope import reading, today
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.decision.gates import OF_OUR_APPROACH, Gate, gates_in, mask_of
from onefold.domains import rulebook
from onefold.domains.advice.queries import Opinion, opinion_in_force
from onefold.domains.customers.references import person
from onefold.domains.leads.judging import OF_THE_CALL, judge_lead
from onefold.domains.leads.models import Lead
from onefold.domains.offers.queries import judge_now
from onefold.domains.orders.models import Order
from onefold.domains.orders.refusals import AdviceForbids, AdviceMissing, SaleForbiddenNow, WarningFirst
from onefold.domains.orders.rules import OUTBOUND
from onefold.kernel.refusals import Refusal

NO_MATTER = mask_of(Gate.ALREADY_HELD)
"""Somebody with one car policy may well have two cars; cover for the same loss is a warning of its own."""
APPROACH = mask_of(*OF_OUR_APPROACH) & ~Gate.WORSENS_POSITION.bit


def forbidding(viewer: Viewer, customer_id: UUID, series: str, seller: str, lead: Lead | None, *, ours: bool) -> int:
    """Return the gates that forbid the sale at this moment. `ours`: we came to the customer, and not the customer to us."""
    with reading(viewer):
        if lead is not None and lead.series_id == series:
            verdict = judge_lead(viewer, lead)
        else:
            verdict = judge_now(viewer, customer_id, series, seller)
        insisted = _insisted(viewer, customer_id, series) if verdict.blocked & Gate.WORSENS_POSITION.bit else False
    settled = Gate.WORSENS_POSITION.bit if insisted else 0
    return verdict.blocked & ~NO_MATTER & ~settled & ~(OF_THE_CALL if ours else APPROACH)


def _insisted(viewer: Viewer, customer_id: UUID, series: str) -> bool:
    """Whether the customer was warned and wants it all the same, of their own will."""
    with reading(viewer) as at:
        opinion = opinion_in_force(viewer, customer_id, series, at, judged_again=not is_job(viewer))
    return opinion is not None and opinion.insisted


def refuse_if_forbidden(blocked: int) -> None:
    """Raises `SaleForbiddenNow`."""
    if blocked:
        raise SaleForbiddenNow(gates=", ".join(gate.name for gate in gates_in(blocked)))


def refuse_proposal(viewer: Viewer, customer_id: UUID, series: str, seller: str, lead: Lead | None, need: str) -> None:
    """Raises `SaleForbiddenNow`."""
    refuse_if_forbidden(forbidding(viewer, customer_id, series, seller, lead, ours=need == OUTBOUND))


def opinion_needed(viewer: Viewer, customer_id: UUID, series: str, at: datetime) -> bool:
    """Whether the rulebook wants an opinion before this series is proposed; organisations judge for themselves."""
    on, book = today(at), rulebook.loaded()
    needed = book.of_series("suitability.opinion_needed", book.catalogue(on).series_of(series), on)
    return bool(needed) and person(viewer, customer_id).kind == "PERSON"


def unadvised(viewer: Viewer, customer_id: UUID, series: str, proposed_at: datetime) -> Refusal | None:
    """Return what is wrong with the advice a sale rests on: it is missing or came after the proposal, it forbids, or the customer has not
    been warned. None: nothing, or none is needed."""
    with reading(viewer) as at:
        if not opinion_needed(viewer, customer_id, series, at):
            return None
        opinion = opinion_in_force(viewer, customer_id, series, at, judged_again=not is_job(viewer))
    return _wrong_with(opinion, proposed_at)


def _wrong_with(opinion: Opinion | None, proposed_at: datetime) -> Refusal | None:
    if opinion is None or opinion.assessed_at > proposed_at:
        return AdviceMissing()
    if opinion.may_sell:
        return None
    return WarningFirst() if opinion.verdict == "STOP_ADVISED" else AdviceForbids()


def refuse_unadvised(viewer: Viewer, customer_id: UUID, series: str, proposed_at: datetime) -> None:
    """Raises `AdviceMissing`, `AdviceForbids`, `WarningFirst`."""
    wrong = unadvised(viewer, customer_id, series, proposed_at)
    if wrong is not None:
        raise wrong


def is_job(viewer: Viewer) -> bool:
    """A job stands for the seller and sees every fact, so an opinion is not judged again by what the adviser could not know."""
    return viewer.kind == ViewerKind.SYSTEM


def forbidden_now(viewer: Viewer, order: Order, series: str) -> int:
    """Return what forbids to go on with an order that was proposed."""
    return forbidding(viewer, order.customer_id, series, order.seller_id, order.lead, ours=False)
