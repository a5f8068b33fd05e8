"""May this be sold now? Judged by the decision core at proposal, application and issue, as an offer is at the click.

What limits our own approach (consent to marketing, do-not-contact, quiet time, the holdout) does not forbid a sale: nobody is
refused service for having refused advertising. It forbids a proposal that we bring of our own accord.
"""

from __future__ import annotations

from uuid import UUID

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.decision.gates import OF_OUR_APPROACH, Gate, gates_in, mask_of
from onefold.domains.leads.judging import OF_THE_CALL, judge_lead
from onefold.domains.leads.models import Lead
from onefold.domains.offers.queries import judge_now
from onefold.domains.orders.models import Order
from onefold.domains.orders.refusals import SaleForbiddenNow
from onefold.domains.orders.rules import OUTBOUND

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
    return verdict.blocked & ~NO_MATTER & ~(OF_THE_CALL if ours else APPROACH)


def refuse_if_forbidden(blocked: int) -> None:
    """Raises `SaleForbiddenNow`."""
    if blocked:
        raise SaleForbiddenNow(gates=", ".join(gate.name for gate in gates_in(blocked)))


def refuse_proposal(viewer: Viewer, customer_id: UUID, series: str, seller: str, lead: Lead | None, need: str) -> None:
    """Raises `SaleForbiddenNow`."""
    refuse_if_forbidden(forbidding(viewer, customer_id, series, seller, lead, ours=need == OUTBOUND))


def forbidden_now(viewer: Viewer, order: Order, series: str) -> int:
    """Return what forbids to go on with an order that was proposed."""
    return forbidding(viewer, order.customer_id, series, order.seller_id, order.lead, ours=False)
