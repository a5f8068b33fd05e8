"""The rows of the fault plan that Onefold answers: what is done to it, and the tests in which it must hold.

A mutant belongs to a row by the numbers its own `row` begins with; a test whose name begins with `test_mutant` is one too.
tests/architecture/test_fault_rows.py holds this table against the tree.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    fault: str
    tests: tuple[str, ...]


COMMANDS, ORDERS, LANDING = (
    "src/onefold/commands/tests",
    "src/onefold/domains/orders/tests",
    "src/onefold/analytics/landing/tests",
)
SEQUENCES, RACES = "tests/faults/test_ledger_sequences.py", "tests/faults/test_ledger_races.py"
ATTACKS, SIGN_IN = "tests/faults/test_attacks_of_the_app_role.py", "src/onefold/web/tests/test_sign_in.py"
ROWS: dict[int, Row] = {
    1: Row("any sequence of bookings, legal or not", (SEQUENCES,)),
    2: Row("many withdrawals of one balance at once", (RACES,)),
    3: Row("writers between the same accounts in any order", (RACES,)),
    4: Row("everything sent twice and reverted twice at once", (RACES, f"{COMMANDS}/test_action.py")),
    5: Row("one id with another body; an id used again after a month", (RACES, f"{COMMANDS}/test_action.py")),
    6: Row("postings and audit changed behind the program", (RACES, f"{COMMANDS}/test_audit_chain.py", ATTACKS)),
    7: Row("rounding and splits", ("src/onefold/domains/settlement/tests/test_rules.py",)),
    8: Row("a month closed while postings arrive", (RACES,)),
    9: Row("killed at every fault point of an order, of a run", (f"{ORDERS}/test_faults.py", "tests/faults/test_run_never_loses.py", "tests/faults/test_left_behind.py")),
    10: Row("the server killed while everybody writes, while a run publishes", ("tests/faults/test_outlived.py", "tests/faults/test_run_never_loses.py")),
    11: Row("the reply to COMMIT lost", ("tests/faults/test_commit_reply_lost.py",)),
    12: Row("the server frozen, ended, or behind a line that swallows everything", ("tests/faults/test_outages.py", "tests/faults/test_outlived.py")),
    13: Row("a session hangs with a lock", ("tests/faults/test_outages.py", "src/onefold/embedded/tests/test_roles.py")),
    14: Row("messages twice, out of order, late", (f"{COMMANDS}/test_outbox.py", "tests/faults/test_money_events.py")),
    15: Row("a message that cannot be handled", (f"{COMMANDS}/test_outbox.py", f"{ORDERS}/test_faults.py")),
    16: Row("paid and refused, late success, no answer", (f"{ORDERS}/test_faults.py",)),
    20: Row("the landing killed at any moment", ("tests/faults/test_landing_killed.py",)),
    21: Row("the same file again, renamed, corrected, late", (f"{LANDING}/test_increments.py", "tests/faults/test_inbox_killed.py")),
    22: Row("encodings mixed, undeclared, cut", ("tests/faults/test_encodings.py",)),
    23: Row("broken files and drift of the schema", ("tests/faults/test_polluted_files.py",)),
    24: Row("wrong totals, truncated files", (f"{LANDING}/test_gate.py", f"{LANDING}/test_cut_files.py", "tests/faults/test_kept_files.py")),
    25: Row("naughty strings in every field", ("tests/faults/test_naughty_strings.py", "tests/faults/test_naughty_texts.py")),
    26: Row("bombs, slips, links, endless fields", ("tests/faults/test_hostile_files.py",)),
    27: Row("bytes changed at random", ("tests/faults/test_fuzzed_files.py",)),
    28: Row("the disk is full", ("tests/faults/test_disk_full.py", "tests/faults/test_database_disk_full.py")),
    39: Row("passwords guessed, sessions stolen", (SIGN_IN,)),
    40: Row("scripts in pages, formulas in exports, requests to inside", ("tests/stories/test_browser_attacks.py", "tests/faults/test_callbacks.py")),
    42: Row("keys gone, exchanged, rotated under load and killed midway", ("tests/faults/test_keys.py", "src/onefold/kernel/tests/test_keys.py")),
    43: Row("small cells, by subtraction too", ("src/onefold/analytics/pictures/tests/test_differences.py", "src/onefold/analytics/publication/tests")),
    45: Row("clients slow, silent, gone, many; a worker killed", ("tests/faults/test_slow_clients.py", "src/onefold/web/gateway/tests")),
    47: Row("a model missing, slow, senseless, drifted", ("tests/stories/test_fallback.py", "src/onefold/analytics/mining/tests/test_metrics.py")),
    48: Row("gates gone round; caps under many at once", ("src/onefold/decision/tests/test_core.py", "tests/faults/test_contact_caps.py")),
    49: Row("the installation lost; brought back, to a moment, elsewhere", ("tests/faults/test_backup.py",)),
    50: Row("pages, segments, files and keys damaged or gone", ("tests/faults/test_backup.py", "src/onefold/seam/tests/test_checksums.py")),
    51: Row("tables changed under load, the migrator killed", ("tests/faults/test_migrations_under_load.py",)),
}  # fmt: skip
PROMISED = [*range(1, 17), *range(20, 29), 39, 40, 42, 43, 45, *range(47, 52)]
"""Rows that this version promises to survive, each with a test and a mutant."""
