"""Long jobs and what the clock asks for, run by procrastinate's worker in a process of its own."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from procrastinate.contrib.django import app

from onefold.commands.viewer import Viewer
from onefold.domains.leads.passing import pass_on_late
from onefold.domains.leads.referral_queries import any_late
from onefold.domains.leads.referring import expire
from onefold.domains.ledger.actions import seal
from onefold.domains.orders.completing import complete
from onefold.domains.service.reassigning import follow_all
from onefold.domains.settlement.actions import vest_deferred
from onefold.domains.settlement.closing import close_until
from onefold.jobs import pipeline, pruning
from onefold.jobs.patience import patiently
from onefold.jobs.room import look_after_the_disk

CLOCK = Viewer.system("clock")


@app.task(name="onefold.run_pipeline", queue="pipeline", lock="pipeline")
def run_pipeline(run_id: str) -> None:
    """From everything received so far to a published release. The lock keeps two runs from treading on each other."""
    pipeline.run(UUID(run_id))


@app.task(name="onefold.activate_passed", queue="pipeline", lock="pipeline")
def activate_passed(release_id: str) -> None:
    """Let readers see a held release that two persons have passed."""
    pipeline.activate_passed(release_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="onefold.expire_referrals", queue="pipeline", queueing_lock="expire_referrals")
def expire_referrals(timestamp: int) -> None:
    """Write down which referrals nobody accepted in time. They have expired from their hour on, written down or not."""
    patiently("expiring referrals", lambda: expire(CLOCK) if any_late(CLOCK) else None)


@app.periodic(cron="*/5 * * * *")
@app.task(name="onefold.pass_on_needs", queue="pipeline", queueing_lock="pass_on_needs")
def pass_on_needs(timestamp: int) -> None:
    """Let what customers asked for go to the next colleague where it was not taken in time."""
    patiently("passing on needs", pass_on_late)


@app.periodic(cron="* * * * *")
@app.task(name="onefold.complete_orders", queue="orders", queueing_lock="complete_orders")
def complete_orders(timestamp: int) -> None:
    """End quotes and decisions that have run out; put contracts in force whose free look is over."""
    patiently("completing orders", complete)


@app.periodic(cron="*/2 * * * *")
@app.task(name="onefold.look_after_the_disk", queue="orders", queueing_lock="look_after_the_disk")
def disk(timestamp: int) -> None:
    """Also while a long run occupies the other queue."""
    patiently("the look at the disk", look_after_the_disk)


@app.task(name="onefold.settle_month", queue="pipeline", lock="settlement")
def settle_month(month: str) -> None:
    """Close and settle every open month up to this one; one that was settled is reckoned again and compared."""
    patiently("settling", lambda: close_until(Viewer.system("settlement"), date.fromisoformat(month)))


@app.periodic(cron="40 1 * * *")
@app.task(name="onefold.follow_leavers", queue="pipeline", queueing_lock="follow_leavers")
def follow_leavers(timestamp: int) -> None:
    """Each night: contracts of sellers who have left get a successor, and their holders a day by which they are told."""
    patiently("following leavers", lambda: follow_all(CLOCK))


@app.periodic(cron="10 3 * * *")
@app.task(name="onefold.prune", queue="pipeline", queueing_lock="prune")
def prune(timestamp: int) -> None:
    """Each night: what is past its term and under no legal hold goes."""
    patiently("pruning", pruning.prune)


@app.periodic(cron="20 2 * * *")
@app.task(name="onefold.keep_the_book", queue="pipeline", queueing_lock="keep_the_book")
def keep_the_book(timestamp: int) -> None:
    """Each night: earn what was deferred and is due, then add a link to the chain of seals."""
    while patiently("earning what is due", lambda: vest_deferred(CLOCK))["more"]:
        pass
    patiently("sealing", lambda: seal(CLOCK))
