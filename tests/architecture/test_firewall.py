"""Every table stands behind a wall or on the short list of tables that hold no fact about anybody's customer."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

WITHOUT_WALL = {
    "organisation_userscope": "read to find out who is looking, before a scope can be open",
    "commands_democlock": "one instant",
}
OURS = {config.label for config in apps.get_app_configs() if config.name.startswith("onefold.")}


@pytest.fixture
def walls(database) -> dict[str, tuple[bool, bool, set[str]]]:
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
                   coalesce(array_agg(p.polname::text) FILTER (WHERE p.polname IS NOT NULL), '{}')
            FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') GROUP BY 1, 2, 3
        """)
        return {name: (enabled, forced, set(policies)) for name, enabled, forced, policies in cursor.fetchall()}


def test_every_table_of_ours_is_behind_a_forced_wall(walls):
    tables = {model._meta.db_table for model in apps.get_models() if model._meta.app_label in OURS}
    bare = {
        table
        for table in tables - WITHOUT_WALL.keys()
        if walls[table][:2] != (True, True) or not {"app_scope", "batch_all"} <= walls[table][2]
    }
    assert not bare, f"no wall round {sorted(bare)}: add firewall.protect(...) to the room's migration"


def test_there_are_no_views_and_no_functions_that_step_over_the_wall(walls, database):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
        assert cursor.fetchall() == []


def test_the_app_role_owns_nothing_and_cannot_step_over_the_wall(database):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == ("onefold_app", False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'onefold_app'::regrole")
        assert cursor.fetchone() == (0,)


def test_the_app_role_cannot_change_what_is_written_for_ever(database):
    for table in (
        "commands_auditline",
        "consent_withdrawal",
        "leads_outcome",
        "contacts_attempt",
        "holdings_contract",
        "offers_evidence",
        "ledger_posting",
        "settlement_movement",
        "customers_answer",
        "advice_risktest",
        "advice_opinion",
        "advice_insistence",
    ):
        with connection.cursor() as cursor:
            for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
                cursor.execute("SELECT has_table_privilege('onefold_app', %s, %s)", [table, privilege])
                assert cursor.fetchone() == (False,), f"{privilege} on {table}"


def test_who_blocked_or_silenced_a_customer_cannot_be_read_by_the_app_role(database):
    hidden = {
        "consent_contactblock": ("source_record_id", "company_id"),
        "contacts_suppression": ("company_id", "by"),
        "contacts_touch": ("company_id",),
        "customers_standing": ("company_id",),
        "advice_takentest": ("company_id",),
    }
    with connection.cursor() as cursor:
        for table, columns in hidden.items():
            for column in columns:
                cursor.execute("SELECT has_column_privilege('onefold_app', %s, %s, 'SELECT')", [table, column])
                assert cursor.fetchone() == (False,), f"{table}.{column}"
