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
    clock = Viewer.system("clock")
    if any_late(clock):
        expire(clock)


@app.periodic(cron="*/5 * * * *")
@app.task(name="onefold.pass_on_needs", queue="pipeline", queueing_lock="pass_on_needs")
def pass_on_needs(timestamp: int) -> None:
    """Let what customers asked for go to the next colleague where it was not taken in time."""
    pass_on_late()


@app.periodic(cron="* * * * *")
@app.task(name="onefold.complete_orders", queue="orders", queueing_lock="complete_orders")
def complete_orders(timestamp: int) -> None:
    """End quotes and decisions that have run out; put contracts in force whose free look is over."""
    complete()


@app.task(name="onefold.settle_month", queue="pipeline", lock="settlement")
def settle_month(month: str) -> None:
    """Close and settle every open month up to this one; one that was settled is reckoned again and compared."""
    close_until(Viewer.system("settlement"), date.fromisoformat(month))


@app.periodic(cron="40 1 * * *")
@app.task(name="onefold.follow_leavers", queue="pipeline", queueing_lock="follow_leavers")
def follow_leavers(timestamp: int) -> None:
    """Each night: contracts of sellers who have left get a successor, and their holders a day by which they are told."""
    follow_all(Viewer.system("clock"))


@app.periodic(cron="10 3 * * *")
@app.task(name="onefold.prune", queue="pipeline", queueing_lock="prune")
def prune(timestamp: int) -> None:
    """Each night: what is past its term and under no legal hold goes."""
    pruning.prune()


@app.periodic(cron="20 2 * * *")
@app.task(name="onefold.keep_the_book", queue="pipeline", queueing_lock="keep_the_book")
def keep_the_book(timestamp: int) -> None:
    """Each night: earn what was deferred and is due, then add a link to the chain of seals."""
    clock = Viewer.system("clock")
    while vest_deferred(clock)["more"]:
        pass
    seal(clock)
