"""The second wall round leads: the same rule as the row policies, in queries, so that either alone holds."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer, ViewerKind
from onefold.domains.consent.models import Consent
from onefold.domains.leads.models import Call, Lead, Need, NeedLeft, Outcome, Referral, Reminder
from onefold.domains.leads.rules import OUTCOMES

CLOSING = [code for code, rule in OUTCOMES.items() if rule.closes]


def leads_seen_by(viewer: Viewer) -> QuerySet[Lead]:
    """A seller's own leads, a company's own sellers' leads, the customer's own."""
    if viewer.kind == ViewerKind.SELLER:
        return Lead.objects.filter(seller_id=viewer.seller)
    if viewer.kind == ViewerKind.COMPANY:
        return Lead.objects.filter(seller_company_id=viewer.company)
    if viewer.kind == ViewerKind.CUSTOMER:
        return Lead.objects.filter(customer_id=viewer.customer)
    return Lead.objects.all() if viewer.kind == ViewerKind.SYSTEM else Lead.objects.none()


def reminders_seen_by(viewer: Viewer) -> QuerySet[Reminder]:
    """A seller's own plans; nobody else's business."""
    if viewer.kind == ViewerKind.SELLER:
        return Reminder.objects.filter(seller_id=viewer.seller)
    return Reminder.objects.all() if viewer.kind == ViewerKind.SYSTEM else Reminder.objects.none()


def referrals_seen_by(viewer: Viewer, on: date) -> QuerySet[Referral]:
    """What the viewer, or a seller of the viewer's company, referred; and what was referred to them, while a consent holds."""
    if viewer.kind == ViewerKind.SYSTEM:
        return Referral.objects.all()
    if viewer.kind not in (ViewerKind.COMPANY, ViewerKind.SELLER):
        return Referral.objects.none()
    word = "seller" if viewer.kind == ViewerKind.SELLER else "company"
    who = viewer.seller if viewer.kind == ViewerKind.SELLER else viewer.company
    open_to_both = Q(to_company_id=F("from_company_id")) | Exists(_shared(on))
    return Referral.objects.filter(Q(**{f"from_{word}_id": who}) | Q(open_to_both, **{f"to_{word}_id": who}))


def _shared(on: date) -> QuerySet[Consent]:
    """The consent a referral to another company stands on: that company may use who the customer is, for offers."""
    given = Consent.objects.filter(
        customer_id=OuterRef("customer_id"),
        from_company_id=OuterRef("from_company_id"),
        to_company_id=OuterRef("to_company_id"),
        purpose="MARKETING",
        categories__contains=["BASIC"],
        valid_from__lte=on,
        withdrawal=None,
    )
    return given.filter(Q(valid_until=None) | Q(valid_until__gt=on))


def outcomes_that_count() -> QuerySet[Outcome]:
    """Every outcome but those taken back as slips."""
    return Outcome.objects.filter(correction=None)


def closing(on: date) -> QuerySet[Outcome]:
    """The outcomes that keep a lead off the list on a day: a "no" for good, or until the day one may ask again; none that the customer's
    own later wish has overtaken."""
    asked_since = needs_open(on).filter(lead_id=OuterRef("lead_id"), at__gt=OuterRef("at"))
    standing = outcomes_that_count().filter(Q(not_until=None) | Q(not_until__gt=on), code__in=CLOSING)
    return standing.filter(~Exists(asked_since))


def needs_open(on: date) -> QuerySet[Need]:
    """What customers asked for and still count on, with whom it is now."""
    return Need.objects.filter(expires_on__gt=on, left=None)


def needs_waiting(on: date, company: str) -> QuerySet[Need]:
    """What customers asked the company for, and nobody has now."""
    left = NeedLeft.objects.filter(need_id=OuterRef("need_id"))
    of_company = Need.objects.filter(expires_on__gt=on, seller_company_id=company)
    return of_company.filter(Exists(left.filter(waits=True)), ~Exists(left.filter(waits=False)))


def unanswered_call(viewer: Viewer, lead_id: UUID) -> Call | None:
    """The newest call about a lead of which nobody has told yet what came of it; None if there is none.

    Ids sort by the time they were made, also where the demonstration's clock stands still.
    """
    answered = outcomes_that_count().filter(lead_id=lead_id, by_customer=False)
    with reading(viewer):
        call = Call.objects.filter(lead_id=lead_id, lead__in=leads_seen_by(viewer)).order_by("-call_id").first()
        if call is None or answered.filter(outcome_id__gt=call.call_id).exists():
            return None
    return call
