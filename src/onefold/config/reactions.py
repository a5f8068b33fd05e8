"""Which event starts which action: the whole table on one page. Upward talk between rooms happens here and nowhere else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onefold.commands.action import Command
from onefold.commands.outbox import Reaction, Reactions
from onefold.domains.leads import referring
from onefold.domains.releases import actions as releases
from onefold.domains.releases import holding
from onefold.domains.settlement import actions as settlement
from onefold.domains.webhooks import actions as webhooks


def request_run(command: Command, event: dict[str, Any]) -> Any:
    """A file arrived, or a feed is read again: the figures are to be made anew. A file that waits changes none."""
    return None if event.get("waits") else releases.request_run(command)


def start_run(command: Command, event: dict[str, Any]) -> None:
    """Put the run into the queue of long jobs; it is there when this transaction commits, and not otherwise."""
    from onefold.jobs.tasks import run_pipeline  # procrastinate's app exists only after Django's set-up

    run_pipeline.defer(run_id=event["run_id"])


def start_settling(command: Command, event: dict[str, Any]) -> None:
    """Put the settling of a month into the queue of long jobs."""
    from onefold.jobs.tasks import settle_month

    settle_month.defer(month=event["month"])


def activate_passed(command: Command, event: dict[str, Any]) -> None:
    """Put the activation of a release that two persons let pass into the queue of long jobs."""
    from onefold.jobs.tasks import activate_passed as job

    job.defer(release_id=event["release_id"])


def clear_dropped(command: Command, event: dict[str, Any]) -> Any:
    """Nobody will see the release: what was staged of it goes."""
    return holding.clear(command, release_id=event["release_id"])


def accrue(command: Command, event: dict[str, Any]) -> Any:
    """A contract is issued: who is credited, and what is owed for it."""
    return settlement.accrue(command, event=event)


def vest(command: Command, event: dict[str, Any]) -> Any:
    """The free look is over: what is due now is earned."""
    return settlement.vest(command, item_id=event["item_id"], at=event["at"])


def claw_back(command: Command, event: dict[str, Any]) -> Any:
    """A contract ended in an order: what was not earned goes back."""
    refunded = event.get("refunded_minor") or 0
    return settlement.claw_back(
        command, item_id=event["item_id"], reason=event["reason"], at=event["at"], refunded_minor=refunded
    )


def close_referral(command: Command, event: dict[str, Any]) -> Any:
    """The customer refused in the portal what a colleague had handed over: both sides see that it has ended."""
    return referring.close_refused(command, lead_id=UUID(event["lead_id"]))


def end_by_feeds(command: Command, event: dict[str, Any]) -> Any:
    """Companies' feeds may have ended contracts sold here: the same, and once."""
    return settlement.end_by_feeds(command)


def tell(type_: str) -> Reaction:
    """Companies whose business it is are told by their webhooks."""

    def tell_machines(command: Command, event: dict[str, Any]) -> Any:
        return webhooks.tell(command, type=type_, event=event)

    return tell_machines


REACTIONS: Reactions = {
    "orders.ItemIssued": {"accrue": accrue},
    "orders.ItemInForce": {"vest": vest},
    "orders.ItemCancelled": {"claw_back": claw_back},
    "settlement.MonthCloseRequested": {"start_settling": start_settling},
    "intake.BatchReceived": {"request_run": request_run},
    "intake.FeedResumed": {"request_run": request_run},
    "modelling.ModelDecided": {"request_run": request_run},
    "customers.LinkRuled": {"request_run": request_run},
    "releases.RunRequested": {"start_run": start_run},
    "releases.ReleaseActivated": {"tell_machines": tell("release.activated"), "end_by_feeds": end_by_feeds},
    "releases.ReleasePassed": {"activate_passed": activate_passed},
    "releases.ReleaseDropped": {"clear_dropped": clear_dropped},
    "consent.ConsentWithdrawn": {"tell_machines": tell("consent.withdrawn")},
    "consent.ContactBlocked": {"tell_machines": tell("contact.blocked")},
    "contacts.CustomerSilenced": {"tell_machines": tell("customer.silenced")},
    "leads.LeadAnswered": {"tell_machines": tell("lead.answered")},
    "leads.OfferRefused": {"close_referral": close_referral},
    "leads.AnswerCorrected": {"tell_machines": tell("lead.corrected")},
}
