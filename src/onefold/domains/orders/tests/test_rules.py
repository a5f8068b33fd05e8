"""The table of transitions: closed, with a way to an end from everywhere, and the same in the database."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.domains.orders.rules import (
    DONE,
    ENDS,
    GIVEN_UP,
    PENDING,
    REFUSED,
    STATES,
    STEPS,
    TRANSITIONS,
    UNKNOWNS,
    Illegal,
    Standing,
    after_answer,
    check,
)

FACTS = st.fixed_dictionaries(
    {
        "decision": st.sampled_from(["ACCEPT", "COUNTER", "REFER", "DECLINE"]),
        "reason": st.sampled_from(["", "IS_CAPTURED", "IS_VOIDED", "IS_REFUNDED", "ELSE"]),
    }
)


def test_every_state_leads_to_an_end_and_no_end_leads_anywhere():
    assert {after for afters in TRANSITIONS.values() for after in afters} == set(STATES)
    assert not set(ENDS) & TRANSITIONS.keys()
    for state in STATES:
        seen, now = {state}, {state}
        while now := {after for one in now for after in TRANSITIONS.get(one, {})} - seen:
            seen |= now
        assert seen & set(ENDS), state


@given(
    kind=st.sampled_from(sorted(STEPS)),
    status=st.sampled_from([DONE, REFUSED, PENDING, GIVEN_UP]),
    facts=FACTS,
    now=st.builds(Standing, st.booleans(), st.booleans(), st.booleans()),
    unknown=st.booleans(),
)
def test_whatever_is_answered_leads_only_where_it_may(kind, status, facts, now, unknown):
    step = STEPS[kind]
    if status == GIVEN_UP and not step.given_up:
        return
    before = step.unknown if unknown else step.doing
    then = after_answer(kind, status, facts, now)
    if then.stuck or (status == PENDING and then.state == before):
        return
    check(before, then.state)


def test_an_unknown_outcome_is_left_by_its_answer_or_by_being_undone():
    for kind, step in STEPS.items():
        assert step.unknown in UNKNOWNS and step.doing in TRANSITIONS[step.unknown], kind


def test_what_is_not_in_the_table_is_illegal():
    with pytest.raises(Illegal):
        check("ISSUED", "PROPOSED")


def test_the_database_says_the_same_as_the_table(shop):
    """For the jobs and, stricter, for whoever stands at a door."""
    from importlib import import_module

    legal = import_module("onefold.domains.orders.migrations.0002_firewall").LEGAL
    told = {(before, after): by for before, by, afters in legal for after in afters.split()}
    assert told == {(before, after): by for before, afters in TRANSITIONS.items() for after, by in afters.items()}
    shop.to("proposed")
    from django.db import IntegrityError, connection, transaction

    from onefold.commands.scope import entered

    def moved(state: str) -> bool:
        with entered(shop.viewer, shop.now.proposed_at, read_only=False):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("UPDATE orders_orderitem SET state = %s WHERE item_id = %s", [state, shop.item_id])
                    raise Undone()
            except IntegrityError:
                return False
            except Undone:
                return True

    shop.item_id = shop.item.item_id
    allowed = {state for state in STATES if state != "PROPOSED" and moved(state)}
    assert allowed == {"DISCLOSED", "VOID_UNPAID"}


class Undone(Exception):
    pass


def test_the_history_of_states_is_the_databases(shop):
    shop.to("issued")
    assert all(check(before, after) is None for before, after in itertools.pairwise(["", *shop.path]))
