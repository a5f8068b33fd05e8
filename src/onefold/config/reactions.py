"""Which event starts which action: the whole table on one page. Upward talk between rooms happens here and nowhere else."""

from __future__ import annotations

from typing import Any

from onefold.commands.action import Command
from onefold.commands.outbox import Reaction, Reactions
from onefold.domains.releases import actions as releases
from onefold.domains.webhooks import actions as webhooks


def request_run(command: Command, event: dict[str, Any]) -> Any:
    """A file arrived, or a feed is read again: the figures are to be made anew. A file that waits changes none."""
    return None if event.get("waits") else releases.request_run(command)


def start_run(command: Command, event: dict[str, Any]) -> None:
    """Put the run into the queue of long jobs; it is there when this transaction commits, and not otherwise."""
    from onefold.jobs.tasks import run_pipeline  # procrastinate's app exists only after Django's set-up

    run_pipeline.defer(run_id=event["run_id"])


def tell(type_: str) -> Reaction:
    """Companies whose business it is are told by their webhooks."""

    def tell_machines(command: Command, event: dict[str, Any]) -> Any:
        return webhooks.tell(command, type=type_, event=event)

    return tell_machines


REACTIONS: Reactions = {
    "intake.BatchReceived": {"request_run": request_run},
    "intake.FeedResumed": {"request_run": request_run},
    "modelling.ModelDecided": {"request_run": request_run},
    "customers.LinkRuled": {"request_run": request_run},
    "releases.RunRequested": {"start_run": start_run},
    "releases.ReleaseActivated": {"tell_machines": tell("release.activated")},
    "consent.ConsentWithdrawn": {"tell_machines": tell("consent.withdrawn")},
    "consent.ContactBlocked": {"tell_machines": tell("contact.blocked")},
    "contacts.CustomerSilenced": {"tell_machines": tell("customer.silenced")},
    "leads.LeadAnswered": {"tell_machines": tell("lead.answered")},
    "leads.AnswerCorrected": {"tell_machines": tell("lead.corrected")},
}
