"""White space: of every customer and series, whether it is held, in progress, an eligible gap, or none to be offered."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import in_force
from onefold.analytics.pictures.crowds import PERSON, SCOPE, Crowds
from onefold.decision.gates import OF_CUSTOMER, Gate

STATES = ("held", "in_progress", "eligible_gap", "not_eligible")
"""Best first: a customer has of a company the best state of any of its series."""
HELD, IN_PROGRESS, ELIGIBLE, NOT_ELIGIBLE = range(4)
MARKED = ("number", "crowd", "series", "company", "blocked", "action", "held", "wanted")
CLOSED_ANSWERS = ("NOT_UNTIL", "DECLINED", "DO_NOT_CONTACT")


def cells(lake: Lake, crowds: Crowds, spells: ir.Table, as_of: date) -> ir.Table:
    """Return (number, crowd, series, company, state, blocked): each candidate, and what is held without being one."""
    owners = lake.table("product_series").select("series", "company")
    decided = _candidates(lake, crowds).inner_join(owners, "series")
    held = spells.filter(in_force(spells, as_of)).select("number", "crowd", "series", "company").distinct()
    place = ["number", "series"]
    holds = held.select(*place, held=ibis.literal(True))
    wanted = _in_progress(lake, crowds).mutate(wanted=ibis.literal(True))
    marked = decided.left_join(holds, place).left_join(wanted, place).select(*MARKED)
    judged = marked.select("number", "crowd", "series", "company", "blocked", state=_state(marked))
    beside = held.anti_join(decided, place)
    return lake.kept(
        ibis.union(
            judged,
            beside.select(
                "number",
                "crowd",
                "series",
                "company",
                blocked=ibis.literal(0, "int64"),
                state=ibis.literal(HELD, "int8"),
            ),
        )
    )


def _state(marked: ir.Table) -> ir.IntegerColumn:
    return ibis.cases(
        (marked.held.notnull(), HELD),
        (marked.wanted.notnull(), IN_PROGRESS),
        (_eligible(marked), ELIGIBLE),
        else_=NOT_ELIGIBLE,
    ).cast("int8")


def _eligible(marked: ir.Table) -> ir.BooleanColumn:
    """Nothing forbids; or only who the seller is does, and the seller may refer, come along or learn."""
    of_seller_only = (marked.blocked & OF_CUSTOMER) == 0
    return (marked.blocked == 0) | (of_seller_only & (marked.action != ""))


def _candidates(lake: Lake, crowds: Crowds) -> ir.Table:
    decided = lake.table("decisions").select("customer_id", "series", "blocked", "actions")
    lists = decided.inner_join(crowds.people, "customer_id").select("number", "crowd", "series", "blocked", "actions")
    # Kept, because the engine's joins do not look through an unfolding.
    return lake.kept(
        lists.select(
            "number",
            "crowd",
            series=lists.series.unnest(),
            blocked=lists.blocked.unnest(),
            action=lists.actions.unnest(),
        )
    )


def _in_progress(lake: Lake, crowds: Crowds) -> ir.Table:
    """Offers of this run, and leads of earlier ones whose last answer leaves them open."""
    answers = lake.table("outcomes")
    newest = ibis.row_number().over(
        ibis.window(group_by="lead_id", order_by=[answers.known_from.desc(), answers.outcome_id.desc()])
    )
    last = answers.mutate(place=newest)
    still = last.filter(last.place == 0, last.code.notin(CLOSED_ANSWERS)).select("customer_id", "series")
    both = ibis.union(lake.table("offers").select("customer_id", "series"), still, distinct=True)
    return both.inner_join(crowds.people, "customer_id").select("number", "series").distinct()


def counted(lake: Lake, cells: ir.Table, scopes: ir.Table) -> ir.Table:
    """Return (scope_kind, scope, segment, column_kind, column, state, customers); PERSON beside the persons' segments."""
    by_series = cells.group_by("crowd", "state", column="series").aggregate(n=cells.count())
    best = cells.group_by("number", "crowd", column="company").aggregate(state=cells.state.min())
    by_company = best.group_by("crowd", "state", "column").aggregate(n=best.count())
    names = ("crowd", "state", "column_kind", "column", "n")
    together = ibis.union(
        by_series.mutate(column_kind=ibis.literal("SERIES")).select(*names),
        by_company.mutate(column_kind=ibis.literal("COMPANY")).select(*names),
    )
    return in_scopes(lake.kept(together), scopes, ("column_kind", "column", "state"))


def in_scopes(counts: ir.Table, scopes: ir.Table, keys: tuple[str, ...]) -> ir.Table:
    """Add crowds' counts `n` up to scopes and segments, and the persons' segments to PERSON."""
    placed = counts.inner_join(scopes, "crowd")
    persons = placed.filter(placed.book == PERSON).mutate(segment=ibis.literal(PERSON))
    both = ibis.union(placed, persons)
    return both.group_by(*SCOPE, "segment", *keys).aggregate(customers=both.n.sum().cast("int64"))


def reasons(lake: Lake, cells: ir.Table, scopes: ir.Table) -> ir.Table:
    """Return (scope_kind, scope, segment, series, gate, customers): whom each gate stops among the not eligible."""
    stopped = cells.filter(cells.state == NOT_ELIGIBLE)
    masks = lake.kept(stopped.group_by("crowd", "series", "blocked").aggregate(n=stopped.count()))
    by_gate = [
        masks.filter((masks.blocked & gate.bit) != 0).select("crowd", "series", "n", gate=ibis.literal(gate.name))
        for gate in Gate
        if gate is not Gate.ALREADY_HELD
    ]
    return in_scopes(ibis.union(*by_gate), scopes, ("series", "gate"))
