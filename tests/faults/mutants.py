"""Deliberately broken builds that the tests must catch: each line is a mutant, run on a copy of the tree.

    .venv/bin/python tests/faults/mutants.py [NAME ...]

Prints CAUGHT or SURVIVED for each and exits 1 if one survived. `./onefold nightly` runs them all; too slow for the tests, which
hold only that none is stale (tests/architecture/test_fault_rows.py). `rows.py` says which rows of the fault plan have which.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

HOME = Path(__file__).resolve().parents[2]
MEMORY = Path("/dev/shm")
AT_ONCE = min(os.cpu_count() or 1, 4)
TESTS_FAILED = 1
"""pytest's exit code for failed tests; whatever else it ends with is no proof of anything"""
LEFT_OUT = (".venv", "var", ".git", "__pycache__", ".*_cache")


@dataclass(frozen=True)
class Mutant:
    row: str
    """row of the fault plan, or what it breaks"""
    file: str
    old: str
    new: str
    tests: str


LANDING = "src/onefold/analytics/landing/tests"
ORDERS = "src/onefold/domains/orders/tests"
LOSES = "tests/faults/test_run_never_loses.py"
COMMANDS, WALLS = "src/onefold/commands/tests", "tests/stories/test_walls.py"
KEEPING, BACKUP = "src/onefold/keeping", "tests/faults/test_backup.py"
RETENTION, PROBES, KEPT = (
    "src/onefold/domains/retention/tests",
    "tests/stories/test_probes.py",
    "src/onefold/kernel/tests/test_retention.py",
)
GATEWAY = "src/onefold/web/gateway/tests"
MUTANTS = {
    "no-body-deadline": Mutant(
        "45 a body that does not come", "src/onefold/web/gateway/bodies.py",
        "async with asyncio.timeout_at(began + limits.body_seconds) as deadline:", "async with asyncio.timeout_at(began + 1e6) as deadline:",
        f"{GATEWAY}/test_gateway.py -k in_time",
    ),
    "uploads-in-the-pages-lane": Mutant(
        "45 uploads before pages", "src/onefold/web/gateway/application.py",
        "lane = self.uploads if body.size > LARGE else self.pages", "lane = self.pages", f"{GATEWAY}/test_gateway.py -k upload",
    ),
    "half-a-body-is-a-body": Mutant(
        "45 a client gone midway", "src/onefold/web/gateway/bodies.py",
        "                    raise Gone\n", "                    return\n", f"{GATEWAY}/test_gateway.py -k whole",
    ),
    "no-respawn": Mutant(
        "45 a dead worker", "src/onefold/config/server.py",
        "respawn_failed_workers=True", "respawn_failed_workers=False", "tests/faults/test_slow_clients.py -k dead_worker",
    ),
    "kept-without-the-viewer": Mutant(
        "45 a cache across rights", "src/onefold/domains/releases/kept.py",
        "return _once(viewer, (name, *rights_of(viewer), *more), make)", "return _once(viewer, (name, *more), make)",
        "tests/stories/test_kept.py",
    ),
    "searched-in-the-address": Mutant(
        "personal: no name in an address", "src/onefold/web/privacy.py",
        'return f"{address}?{WORD}={word}"', 'return f"{address}?{WORD}={text}"', "src/onefold/web/terminal/tests/test_pages.py -k searches",
    ),
    "pages-may-be-kept": Mutant(
        "personal: no-store", "src/onefold/config/settings.py",
        '    "onefold.web.privacy.NoStore",\n', "", "tests/stories/test_nothing_kept.py",
    ),
    "hold-ignored": Mutant(
        "S17, G11 legal hold", "src/onefold/kernel/retention.py",
        "    if holds.protect(kept.about):\n        return Ruling.HELD\n", "", KEPT,
    ),
    "hold-ignored-by-rows": Mutant(
        "S17, G11 legal hold", "src/onefold/commands/retention.py",
        " AND NOT {held}", " AND NOT (false AND {held})", RETENTION,
    ),
    "term-a-year-short": Mutant(
        "S17, G11 retention", "src/onefold/kernel/retention.py",
        "moved = since.replace(year=since.year + self.years)", "moved = since.replace(year=since.year + self.years - 1)", KEPT,
    ),
    "release-in-force-goes": Mutant(
        "S17, G11 what readers see", "src/onefold/domains/releases/retention.py",
        "        if name in ready:\n", "        if name in ready[1:]:\n", "src/onefold/domains/releases/tests/test_retention.py",
    ),
    "loaded-file-goes": Mutant(
        "S17, G11 what figures rest on", "src/onefold/domains/intake/retention.py",
        "if batch.outcome != Batch.Outcome.REFUSED:", "if batch.outcome == Batch.Outcome.RECEIVED:",
        "src/onefold/domains/intake/tests/test_retention.py",
    ),
    "path-as-a-label": Mutant(
        "metrics without personal data", "src/onefold/web/requests.py",
        "return request.resolver_match.view_name or NOWHERE", "return request.path", f"{PROBES} -k labels",
    ),
    "strangers-behind-a-proxy": Mutant(
        "metrics for strangers", "src/onefold/web/probes.py",
        " and not any(", " or any(", f"{PROBES} -k strangers",
    ),
    "no-token-is-a-token": Mutant(
        "metrics for strangers", "src/onefold/web/probes.py",
        "if token and hmac", "if hmac", f"{PROBES} -k strangers",
    ),
    "others-words-logged": Mutant(
        "logs without personal data", "src/onefold/commands/logs.py",
        "if record.name.split(\".\")[0] in OURS:", "if record.name:", f"{COMMANDS}/test_logs.py",
    ),
    "error-text-logged": Mutant(
        "logs without personal data", "src/onefold/commands/logs.py",
        "kinds.append(type(cause).__name__)", "kinds.append(repr(cause))", f"{COMMANDS}/test_logs.py",
    ),
    "log-grows": Mutant(
        "logs rotate while running", "src/onefold/cli/log_pipe.py",
        "if log_files.is_full(self.log):", "if False:", "src/onefold/cli/tests/test_supervise.py -k set_aside",
    ),
    "claim-always": Mutant(
        "4 sent twice", "src/onefold/commands/action.py",
        "return bool(cursor.rowcount == 1)", "return True", f"{COMMANDS}/test_action.py",
    ),
    "body-ignored": Mutant(
        "5 same key, other body", "src/onefold/commands/action.py",
        "action = %s AND body_sha256 = %s", "action = %s AND %s <> ''", f"{COMMANDS}/test_action.py",
    ),
    "id-made-on-the-server": Mutant(
        "11 reply to COMMIT lost", "src/onefold/commands/action.py",
        "Command(command_id, name, viewer, clock.now())", "Command(new_id(), name, viewer, clock.now())",
        "tests/faults/test_commit_reply_lost.py",
    ),
    "no-lock-on-delivery": Mutant(
        "14 duplicates", "src/onefold/commands/outbox.py",
        " FOR UPDATE OF d SKIP LOCKED", "", f"{COMMANDS}/test_outbox.py",
    ),
    "inbox-outside-the-transaction": Mutant(
        "14 crash between effect and inbox", "src/onefold/commands/outbox.py",
        "            _react(reactions, *claimed)\n", "            _react(reactions, *claimed)\n            connection.commit()\n",
        f"{COMMANDS}/test_outbox.py",
    ),
    "poison-blocks": Mutant(
        "15 poison", "src/onefold/commands/outbox.py",
        "THEN 'DEAD' ELSE", "THEN 'DONE' ELSE", f"{COMMANDS}/test_outbox.py",
    ),
    "plain-wall": Mutant(
        "30 row security", "src/onefold/commands/firewall.py",
        "({STAFF} AND ({table}.{company} = {COMPANY} OR", "({STAFF} AND (true OR", WALLS,
    ),
    "scope-dropped": Mutant(
        "30, 37 query scope", "src/onefold/domains/holdings/queries.py",
        "return Contract.objects.filter(Q(company_id=viewer.company) | Exists(shared))", "return Contract.objects.all()", WALLS,
    ),
    "consent-never-ends": Mutant(
        "29 consent withdrawn", "src/onefold/commands/firewall.py",
        "AND NOT EXISTS (SELECT 1 FROM consent_withdrawal w WHERE w.consent_id = c.consent_id))", ")", WALLS,
    ),
    "web-is-system": Mutant(
        "30 role", "src/onefold/commands/firewall.py",
        "CREATE POLICY batch_all ON {table} TO onefold_batch", "CREATE POLICY batch_all ON {table} TO onefold_batch, onefold_app", WALLS,
    ),
    "route-open": Mutant(
        "37 route guard", "src/onefold/web/routes.py",
        "return is_open(route) or bool(frozenset(allowed) & roles)", "return True", "tests/stories/test_matrix.py",
    ),
    "merge-while-staging": Mutant(
        "publish: never a mixture", "src/onefold/domains/holdings/imports.py",
        "return stage_facts(folder.release_id, Contract, COLUMNS, rows, expected=known.num_rows)",
        "count = stage_facts(folder.release_id, Contract, COLUMNS, rows, expected=known.num_rows)\n"
        "    merge_facts(folder.release_id, Contract, ['contract_id'])\n    return count",
        f"{LOSES} -k every_point_in_turn",
    ),
    "nothing-compared": Mutant(
        "10 emptied by a crash", "src/onefold/domains/releases/staging.py",
        "    if others:\n", "    if False:\n", f"{LOSES} -k publishes_no_emptiness",
    ),
    "content-unchecked": Mutant(
        "10 another value", "src/onefold/domains/releases/staging.py",
        "if contents.contents_of(one.table, staged.release_id) != Contents(one.rows, one.digest)",
        "if getattr(contents.contents_of(one.table, staged.release_id), 'rows', None) != one.rows",
        f"{LOSES} -k not_as_it_was_staged",
    ),
    "count-unchecked": Mutant(
        "10 fewer than the manifest says", "src/onefold/domains/releases/staging.py",
        "if expected is not None and found.rows != expected:", "if False:", f"{LOSES} -k than_the_manifest",
    ),
    "marker-believed": Mutant(
        "10 a marker without its tables", "src/onefold/domains/releases/staging.py",
        "or ([] if told else [staged.room])", "or []", f"{LOSES} -k not_as_it_was_staged",
    ),
    "never-taken-up": Mutant(
        "9, 10 a run cut off is left so", "src/onefold/jobs/pipeline.py",
        "Run.objects.filter(run_id=run_id, state__in=actions.OPEN)\n        if",
        "Run.objects.filter(run_id=run_id, state=Run.State.WAITING)\n        if", "tests/faults/test_run_interrupted.py",
    ),
    "jobs-left-behind": Mutant(
        "9 a job whose worker died", "src/onefold/jobs/left_behind.py",
        "    give_back(being_done(queue) - in_hand)\n", "", "tests/faults/test_left_behind.py",
    ),
    "poison-for-ever": Mutant(
        "15 a run that brings down its process", "src/onefold/jobs/pipeline.py",
        "if attempts > ATTEMPTS:", "if attempts > 10_000:", "tests/faults/test_run_interrupted.py",
    ),
    "orphan-stays": Mutant(
        "9 an analytics process without its run", "src/onefold/jobs/analysing.py",
        "                _kill_analytics(lock.read_text())\n", "", "tests/faults/test_left_behind.py",
    ),
    "name-is-identity": Mutant(
        "21 identity by file name", "src/onefold/analytics/landing/replay.py",
        "get(arrival.batch.feed, {}).get(arrival.batch.file_sha256)", "get(arrival.batch.feed, {}).get(arrival.batch.file_name)",
        f"{LANDING}/test_increments.py {LANDING}/test_gate.py",
    ),
    "gb18030-first": Mutant(
        "22 GB18030 tried first", "src/onefold/analytics/landing/decoding.py",
        'if encoding in ("utf-8", "auto"):', 'if encoding == "utf-8":', "tests/faults/test_encodings.py",
    ),
    "total-unchecked": Mutant(
        "24 wrong total", "src/onefold/analytics/landing/arrival.py",
        "if stated != sum(", "if False and stated != sum(", f"{LANDING}/test_gate.py",
    ),
    "bomb-unlimited": Mutant(
        "26 a bomb", "src/onefold/analytics/landing/formats/archives.py",
        "if self.came_out > min(", "if False and self.came_out > min(", "tests/faults/test_hostile_files.py",
    ),
    "inbox-fresh-id": Mutant(
        "21 watched folder killed", "src/onefold/jobs/inbox.py",
        'derived_id("inbox", company, path.name, str(now.inode), str(now.ctime_ns))', "__import__('uuid').uuid4()",
        "tests/faults/test_inbox_killed.py",
    ),
    "consent-cached": Mutant(
        "29 at the click", "src/onefold/domains/leads/queries.py",
        "                _consented(row, consents)\n                and row", "                row",
        "tests/stories/test_leads.py",
    ),
    "taken-is-done": Mutant(
        "9 written down before the effect", "src/onefold/domains/orders/running.py",
        "found = _looked_up(errand) if errand.attempt > 1 else None", "found = Answered(DONE, {}) if errand.attempt > 1 else None",
        f"{ORDERS}/test_faults.py -k killed",
    ),
    "fresh-operation-id": Mutant(
        "9, 14 another id at each try", "src/onefold/domains/orders/running.py",
        "return Call(errand.operation_id, errand.at", "return Call(new_id(), errand.at", f"{ORDERS}/test_faults.py -k looked_up",
    ),
    "late-success-kept": Mutant(
        "16 no compensation on late success", "src/onefold/domains/orders/rules.py",
        "        return Next(REFUNDING, reason)\n    return Next(VOID_UNPAID) if", "        return Next(VOID_UNPAID, reason)\n    return Next(VOID_UNPAID) if",
        f"{ORDERS}/test_faults.py -k nobody_answered",
    ),
    "given-up-and-forgotten": Mutant(
        "16 a late contract is not taken back", "src/onefold/domains/orders/rules.py",
        '"issue", WITHDRAWING)', '"issue", REFUNDING)', f"{ORDERS}/test_faults.py -k after_all_was_given_up",
    ),
    "refused-and-kept": Mutant(
        "16 paid, and refused", "src/onefold/domains/orders/rules.py",
        "ISSUE: lambda facts, now, reason: Next(REFUNDING, reason)", "ISSUE: lambda facts, now, reason: Next(ISSUING, reason, stuck=True)",
        f"{ORDERS}/test_faults.py -k paid_and_refused",
    ),
    "told-twice-done-twice": Mutant(
        "14 duplicates", "src/onefold/domains/orders/recording.py",
        "filter(operation_id=operation_id, state=OrderStep.State.WAITING)", "filter(operation_id=operation_id)",
        f"{ORDERS}/test_faults.py -k told_twice",
    ),
    "poison-holds-up": Mutant(
        "15 poison", "src/onefold/domains/orders/running.py",
        "            _put_off(errand, type(error).__name__)\n", "            raise\n", f"{ORDERS}/test_faults.py -k breaks_the_recorder",
    ),
    "any-transition": Mutant(
        "orders: transitions in the database", "src/onefold/domains/orders/migrations/0002_firewall.py",
        "    IF before = NEW.state THEN", "    IF true THEN", f"{ORDERS}/test_rules.py",
    ),
    "issued-unadvised": Mutant(
        "advice before sale", "src/onefold/domains/orders/running.py",
        "reasons = [wrong.code] if wrong else", "reasons =", f"{ORDERS}/test_advised.py",
    ),
    "assessed-after": Mutant(
        "assessed before it is proposed", "src/onefold/domains/orders/gates.py",
        "if opinion is None or opinion.assessed_at > proposed_at:", "if opinion is None:", f"{ORDERS}/test_advised.py",
    ),
    "operation-means-another": Mutant(
        "5 same operation, other content", "src/onefold/domains/ledger/actions.py",
        "WHERE j.body_sha256 <> asked.body LIMIT 1", "WHERE false LIMIT 1",
        "src/onefold/domains/ledger/tests/test_book.py -k operation",
    ),
    "last-segment-unseen": Mutant(
        "6 tampering", "src/onefold/domains/ledger/invariants.py",
        "WHERE h.head <> h.head_sha256 OR h.found <> h.journals",
        "WHERE (h.head <> h.head_sha256 OR h.found <> h.journals) AND h.seal_id < (SELECT max(seal_id) FROM ledger_seal)",
        "tests/faults/test_ledger_races.py -k owner_of_the_tables",
    ),
    "commits-not-awaited": Mutant(
        "10 synchronous_commit=off", "src/onefold/embedded/settings.py",
        '"synchronous_commit": "on",\n        # A vacuum', '"synchronous_commit": "off",\n        # A vacuum',
        "tests/faults/test_outlived.py -k acknowledged",
    ),
    "statement-timeout-relied-on": Mutant(
        "12 a frozen server", "src/onefold/commands/postgres/watched.py",
        "if self._pulse is None or timeout is not None:", "if True:",
        "tests/faults/test_outages.py -k frozen",
    ),
    "a-long-question-begun-anew": Mutant(
        "12 a slow server", "src/onefold/commands/postgres/watched.py",
        "NEXT_LOOK_S, _resumed(gen)", "NEXT_LOOK_S, gen", "tests/faults/test_outages.py -k long_to_send",
    ),
    "deaf-to-its-end": Mutant(
        "12 a worker told to end while the database is away", "src/onefold/jobs/patience.py",
        "held_up <= HELD_UP_MAX and not stopping.is_set()", "held_up <= HELD_UP_MAX", "tests/faults/test_outlived.py -k stopping",
    ),
    "a-request-has-for-ever": Mutant(
        "12, 13 one session hangs", "src/onefold/web/refusals.py",
        "with within(AT_THE_DATABASE_S):", "with within(1_000_000):", "tests/faults/test_outages.py -k its_time",
    ),
    "an-outage-is-a-crash": Mutant(
        "12 the group gives up", "src/onefold/cli/supervise.py",
        "excused=code == WAITS or self.is_outage()", "excused=False",
        "src/onefold/cli/tests/test_supervise.py -k outage",
    ),
    "a-job-ends-with-the-database": Mutant(
        "12 a process ends", "src/onefold/jobs/patience.py",
        "        if outage is None:\n            return None\n", "        return None\n",
        "tests/faults/test_outlived.py -k immediate",
    ),
    "broken-and-kept": Mutant(
        "12 a broken connection is asked again and again", "src/onefold/commands/postgres/base.py",
        "if self.connection is not None and self.connection.closed and not self.in_atomic_block:", "if False:",
        "tests/faults/test_outlived.py -k immediate",
    ),
    "an-outage-is-a-try": Mutant(
        "12, 14 a reaction put aside for an outage", "src/onefold/commands/outbox.py",
        "if is_down(error):", "if False:", f"{COMMANDS}/test_outbox.py -k goes_away",
    ),
    "a-run-breaks-off": Mutant(
        "12 a run under way", "src/onefold/jobs/patience.py",
        "if not isinstance(outage, DatabaseAway | DatabaseHeldUp) or not may_wait:", "if True:",
        "tests/faults/test_outlived.py -k a_run_goes_on",
    ),
    "no-lock-timeout": Mutant(
        "13 a hung session's lock", "src/onefold/embedded/roles.py",
        '"lock_timeout": "5s", ', "", "src/onefold/embedded/tests/test_roles.py -k no_session_waits",
    ),
    "full-disk-unsaid": Mutant(
        "28 the database's disk is full", "src/onefold/commands/outages.py",
        "if state in NO_ROOM or is_full(error):", "if False:", "tests/faults/test_database_disk_full.py",
    ),
    "torn-file-left": Mutant(
        "28 a temporary file not cleaned", "src/onefold/domains/intake/bytes.py",
        "        part.unlink(missing_ok=True)\n    return KeptFile", "        pass\n    return KeptFile",
        "tests/faults/test_disk_full.py -k leave_nothing",
    ),
    "older-than-its-tables": Mutant(
        "51 an older program on newer tables", "src/onefold/embedded/versions.py",
        "    if newer:\n", "    if False:\n", "tests/faults/test_newer_tables.py",
    ),
    "rounded-by-float": Mutant(
        "7 rounding", "src/onefold/domains/settlement/rules/rounding.py",
        "size = (2 * abs(product) + denominator) // (2 * denominator)", "size = round(abs(product) / denominator)",
        "src/onefold/domains/settlement/tests/test_rules.py -k nearest",
    ),
    "locked-as-asked": Mutant(
        "3 locks in argument order", "src/onefold/domains/ledger/migrations/0002_guards.py",
        "ORDER BY account_id FOR UPDATE", "ORDER BY random() FOR UPDATE", "tests/faults/test_ledger_races.py -k ring",
    ),
    "state-before-data": Mutant(
        "20 the entry counts before its rows are there", "src/onefold/analytics/landing/kept.py",
        '        self._write(f"{key}.json", json.dumps(head).encode())\n',
        '        head["sizes"] = {}\n        self._write(f"{key}.json", json.dumps(head).encode())\n'
        '        for name, frame in frames.items():\n            (self.folder / f"{key}.{name}").unlink()\n'
        '            self._write(f"{key}.{name}", self._content(name, frame))\n',
        f"{LANDING}/test_kept.py -k counts_only",
    ),
    "bad-row-loaded": Mutant(
        "23 a broken row is read all the same", "src/onefold/analytics/landing/records.py",
        '_note_rows(records, ~strict, "BAD_QUOTES")', "pass", "tests/faults/test_polluted_files.py",
    ),
    "shown-as-it-is": Mutant(
        "25 mark_safe", "src/onefold/web/ui/templatetags/tables.py",
        "    return conditional_escape(UNKNOWN if text is None else text)", "    return UNKNOWN if text is None else str(text)",
        "tests/faults/test_naughty_strings.py",
    ),
    "parser-breaks": Mutant(
        "27 what a parser does not expect", "src/onefold/analytics/landing/formats/jsonl.py",
        "    except (ValueError, RecursionError):", "    except RecursionError:", "tests/faults/test_fuzzed_files.py",
    ),
    "part-left-behind": Mutant(
        "28 a temporary file is not cleaned", "src/onefold/domains/intake/bytes.py",
        "        part.unlink(missing_ok=True)", "        pass", "tests/faults/test_disk_full.py",
    ),
    "only-primary-cells": Mutant(
        "43 only small cells themselves are withheld", "src/onefold/analytics/publication/small_cells.py",
        "        _close_lines(counts, lines, hidden, least, rank, set(unseen) - guarded)\n", "        return hidden\n",
        "src/onefold/analytics/publication/tests src/onefold/analytics/pictures/tests/test_differences.py",
    ),
    "drift-by-thumb": Mutant(
        "47 PSI above 0.1", "src/onefold/analytics/mining/drift.py",
        "psi > limit", "psi > 0.1", "src/onefold/analytics/mining/tests/test_metrics.py -k drift",
    ),
    "cap-before-lock": Mutant(
        "48 the cap is judged before the lock", "src/onefold/domains/leads/calling.py",
        '        command.lock(f"contacts with {household}")', "        pass", "tests/faults/test_contact_caps.py -k sixteen",
    ),
    "call-not-counted": Mutant(
        "48 a call let through counts only once it is answered", "src/onefold/domains/leads/calling.py",
        "    if not again:\n", "    if False:\n", "tests/faults/test_contact_caps.py",
    ),
    "migration-noted-later": Mutant(
        "51 killed between a migration and its note", "src/onefold/cli/schema.py",
        "        if not migration.atomic:", "        if True:", "tests/faults/test_migrations_under_load.py -k killed",
    ),
    "migration-waits": Mutant(
        "51 ALTER without lock_timeout", "src/onefold/cli/schema.py",
        "LOCK_WAIT_MS = 200", "LOCK_WAIT_MS = 5000", "tests/faults/test_migrations_under_load.py -k long_read",
    ),
    "hole-ignored": Mutant(
        "50 missing segment", f"{KEEPING}/archive.py",
        "raise SegmentMissing(backup=backup.id, **told)", "return", f"{BACKUP} -k segment",
    ),
    "segments-unread": Mutant(
        "50 flipped byte in the log", f"{KEEPING}/archive.py",
        "if noted is not None and durable.sha256_of(path) != noted:", "if False:", f"{BACKUP} -k segment",
    ),
    "checksums-off": Mutant(
        "50 checksums off", "src/onefold/embedded/cluster.py",
        '"--data-checksums"', '"--no-data-checksums"', f"{BACKUP} -k page_that_changed",
    ),
    "verify-skips": Mutant(
        "50 verify skips", f"{KEEPING}/basebackup.py",
        'programs.attempt(binaries, "pg_verifybackup", backup.database)',
        'programs.attempt(binaries, "pg_verifybackup", "--skip-checksums", backup.database)', f"{BACKUP} -k damage",
    ),
    "pool-unread": Mutant(
        "50 verify skips", f"{KEEPING}/pool.py",
        'return "" if durable.sha256_of(path) == sha256 else "altered"', 'return ""', f"{BACKUP} -k damage",
    ),
    "archive-loses": Mutant(
        "49 archive that loses in silence", f"{KEEPING}/service.py",
        " and has(lineage, slot.reached)", "", f"{BACKUP} -k receiver_that_loses",
    ),
    "log-not-asked-for": Mutant(
        "49 broken log goes on", f"{KEEPING}/service.py",
        "or not joins(lineage, slot):", "or False:", f"{BACKUP} -k not_gone_on",
    ),
    "half-backup-stays": Mutant(
        "49 killed backup", f"{KEEPING}/basebackup.py",
        "            shutil.rmtree(left)\n", "            pass\n", f"{BACKUP} -k killed_backup",
    ),
    "drill-compares-nothing": Mutant(
        "49 drill", f"{KEEPING}/comparing.py",
        "if one.get(table) != other.get(table)", "if False", f"{BACKUP} -k drill_compares",
    ),
    "restored-over-the-living": Mutant(
        "49 restore overwrites", f"{KEEPING}/restoring.py",
        "    if found is not None:", "    if False:", f"{BACKUP} -k comes_back_whole",
    ),
    "log-ends-early-unseen": Mutant(
        "50 the last segment gone", f"{KEEPING}/archive.py",
        "holding(wal.position(noted) - 1) if noted else 0", "holding(0)", f"{BACKUP} -k segment",
    ),
    "files-not-asked-for": Mutant(
        "49 rows without files", "src/onefold/cli/kept_files.py",
        "sorted({*received(place, session), *datasets(place, session), *walked})", "[]", f"{BACKUP} -k restored_group",
    ),
    "absence-is-silent": Mutant(
        "49 alert", f"{KEEPING}/state.py",
        "(age is None or age > limit.total_seconds())", "(age is not None and age > limit.total_seconds())",
        f"{BACKUP} -k absence_alarms",
    ),
    "parent-dropped": Mutant(
        "49 retention", f"{KEEPING}/retention.py",
        "            stay.add(parent)\n", "", f"{BACKUP} -k old_backups",
    ),
    "erased-comes-back": Mutant(
        "49 erased, then restored", "src/onefold/seam/salts.py",
        "    return both.filter(pc.invert(pc.is_in(both[\"id\"], value_set=gone)))", "    return both",
        "src/onefold/seam/tests/test_vault.py -k copy_of_a_vault",
    ),
    "hash-not-compared": Mutant(
        "24, 50 bytes are what their name says", "src/onefold/seam/checksums.py",
        "    if found not in (sha256, *or_):", "    if False and found not in (sha256, *or_):", "src/onefold/seam/tests/test_checksums.py",
    ),
    "received-unread": Mutant(
        "24 a received file altered on disk", "src/onefold/analytics/landing/shapes.py",
        "return checksums.verified(self.path, self.file_sha256)", "return self.path", f"{LANDING}/test_kept.py -k not_opened_again",
    ),
    "received-lost-unnoticed": Mutant(
        "24 a received file gone", "src/onefold/analytics/landing/arriving.py",
        "        checksums.present(batch.path, batch.file_sha256)\n", "        pass\n", f"{LANDING}/test_kept.py -k not_opened_again",
    ),
    "unlisted-is-read": Mutant(
        "50 a file nobody wrote down", "src/onefold/seam/checksums.py",
        "            raise KeptFileUnlisted(file=shown(path))\n", "            return path\n", "src/onefold/seam/tests/test_checksums.py",
    ),
    "list-after-the-file": Mutant(
        "50 killed while one file replaces another", "src/onefold/seam/checksums.py",
        "[*known.get(target.name, [NOTHING]), sha256]", "known.get(target.name, [NOTHING])", "src/onefold/seam/tests/test_checksums.py",
    ),
    "missing-key-made-anew": Mutant(
        "42 a key gone beside its data", "src/onefold/cli/keyring.py",
        "if marked[purpose] or anything_made(purpose, var):", "if False:", "tests/faults/test_keys.py -k gone_or_another",
    ),
    "wrong-key-taken": Mutant(
        "42 another key beside the data", "src/onefold/kernel/keys.py",
        "                ring.secret_of(key_id)\n", "                pass\n", "tests/faults/test_keys.py -k gone_or_another",
    ),
    "no-key-id": Mutant(
        "42 no key id in what is sealed", "src/onefold/seam/vault.py",
        "            to.add_key_value_metadata({VAULT_KEY: id_of(master)})\n", "", "src/onefold/seam/tests/test_resealing.py",
    ),
    "rotation-skips-the-tail": Mutant(
        "42 a writer behind the rotation", "src/onefold/jobs/key_rotation.py",
        'token_keys.renew_rest(KEEPER, new_id())["tokens"]', "0", "tests/faults/test_keys.py -k before_the_switch",
    ),
    "vault-tail-skipped": Mutant(
        "42 a run behind the rotation", "src/onefold/jobs/key_rotation.py",
        "        for folder, dataset in resealing.sealed_files(settings.VAR):\n", "        for folder, dataset in []:\n",
        "tests/faults/test_keys.py -k behind_the_rotation",
    ),
    "destroyed-in-use": Mutant(
        "42 a key destroyed with rows left", "src/onefold/jobs/key_rotation.py",
        "        if rows:\n", "        if False:\n", "tests/faults/test_keys.py -k rows_left",
    ),
    "fall-unlimited": Mutant(
        "gate: a limit ignored", "src/onefold/domains/releases/rules.py",
        "return fall > limits.rows and fall * 100 > before * percent_max", "return False",
        "src/onefold/domains/releases/tests/test_rules.py",
    ),
    "group-alone-counted": Mutant(
        "gate: company by company", "src/onefold/domains/releases/rules.py",
        "        for (fact, company), held in before.items()\n", "        for (fact, company), held in before.items() if not company\n",
        "src/onefold/domains/releases/tests/test_rules.py",
    ),
    "vanished-file-unseen": Mutant(
        "gate: a loaded file is so no more", "src/onefold/domains/releases/rules.py",
        'found.append(Lost(row["batch_id"], row["feed"], "", ""))', "continue",
        "src/onefold/domains/releases/tests/test_rules.py",
    ),
    "one-person-passes-twice": Mutant(
        "gate: four eyes", "src/onefold/domains/releases/holding.py",
        "    if hold.approvals.filter(by=command.viewer.key).exists():\n        raise refusals.SecondPersonMissing()\n", "",
        "tests/stories/test_held.py -k same_person",
    ),
    "one-person-is-enough": Mutant(
        "gate: four eyes", "src/onefold/domains/releases/rules.py", "PERSONS = 2", "PERSONS = 1",
        "tests/stories/test_held.py -k same_person",
    ),
    "held-may-be-activated": Mutant(
        "gate: held releases are unseen", "src/onefold/domains/releases/actions.py",
        "    if held and held.state in (Hold.State.OPEN, Hold.State.DROPPED):", "    if False:",
        "tests/stories/test_held.py -k what_fell",
    ),
    "facts-stay": Mutant(
        "rollback: facts go back", "src/onefold/domains/releases/taking_back.py",
        "    done = changes.take_back(activation.release_id)\n", "    done: list[changes.TakenBack] = []\n",
        "tests/faults/test_taken_back.py -k row_for_row",
    ),
    "later-changes-overwritten": Mutant(
        "rollback: later changes stay", "src/onefold/domains/releases/changes.py",
        '        "AND jsonb_hash_extended(to_jsonb(t), 0) = c.after"\n    )\n    restored', '    )\n    restored',
        "tests/faults/test_taken_back.py -k changed_or_used",
    ),
    "scopes-writable-by-web": Mutant(
        "6 least privilege", "src/onefold/domains/organisation/migrations/0008_least_privilege.py",
        "GRANT SELECT ON django_migrations TO", "GRANT SELECT, UPDATE ON organisation_userscope TO onefold_app;\nGRANT SELECT ON django_migrations TO",
        "tests/faults/test_attacks_of_the_app_role.py",
    ),
    "new-tables-open-to-web": Mutant(
        "6 least privilege", "src/onefold/embedded/roles.py",
        "REVOKE ALL ON TABLES FROM onefold_app", "GRANT SELECT ON TABLES TO onefold_app", "src/onefold/embedded/tests/test_roles.py",
    ),
    "sessions-start-as-they-were-told": Mutant(
        "6 a role changes its own settings", "src/onefold/config/databases.py",
        "{LETS_GO} {held(user)}", "{LETS_GO}", "tests/faults/test_attacks_of_the_app_role.py",
    ),
    "audit-deletable-by-jobs": Mutant(
        "6 audit", "src/onefold/commands/migrations/0005_audit_chain.py",
        "GRANT SELECT, INSERT ({WRITTEN}) ON {LINES} TO onefold_app, onefold_batch;",
        "GRANT SELECT, INSERT ({WRITTEN}) ON {LINES} TO onefold_app, onefold_batch; GRANT DELETE ON {LINES} TO onefold_batch;",
        "tests/faults/test_attacks_of_the_app_role.py",
    ),
    "last-link-unproved": Mutant(
        "6 skip the last segment", "src/onefold/commands/proof.py",
        "        elif not is_same:", "        elif not is_same and seal_no < 3:", f"{COMMANDS}/test_audit_chain.py",
    ),
    "heads-not-compared": Mutant(
        "6 a chain reckoned anew", "src/onefold/commands/proof.py",
        'elif chains[chain].get((company, number)) != said["head"] and', 'elif chains[chain].get((company, number), said["head"]) is None and',
        f"{COMMANDS}/test_audit_chain.py src/onefold/cli/tests/test_audit.py",
    ),
    "sealed-before-all-is-said": Mutant(
        "6 a late line is passed over", "src/onefold/commands/sealing.py",
        ">= %s", ">= %s - 1000000", f"{COMMANDS}/test_audit_chain.py",
    ),
    "lines-go-without-a-word": Mutant(
        "6 audit pruned undeclared", "src/onefold/commands/migrations/0005_audit_chain.py",
        "    IF NOT EXISTS (SELECT 1 FROM {BREAKS} b", "    IF false AND NOT EXISTS (SELECT 1 FROM {BREAKS} b", f"{COMMANDS}/test_audit_chain.py",
    ),
    "tries-in-one-process": Mutant(
        "39 limits per process", "src/onefold/domains/organisation/sign_in.py",
        "    tries = _run(TAKE", "    key += str(__import__('os').getpid())\n    tries = _run(TAKE", "src/onefold/web/tests/test_sign_in.py",
    ),
    "tries-by-address-alone": Mutant(
        "39 limits per address", "src/onefold/domains/organisation/sign_in.py",
        'if known else _key("account", account)', 'if known else _key("account", address)', "src/onefold/web/tests/test_sign_in.py",
    ),
    "no-lane-for-known-browsers": Mutant(
        "39 owner shut out for ever", "src/onefold/web/accounts.py",
        'return device if is_owner else ""', 'return ""', "src/onefold/web/tests/test_sign_in.py",
    ),
    "disabled-keeps-sessions": Mutant(
        "39 sessions after disable", "src/onefold/domains/organisation/users.py",
        "    Session.objects.filter(session_key__in=own).delete()\n", "", "src/onefold/web/tests/test_sign_in.py",
    ),
    "first-address-believed": Mutant(
        "39 forwarded addresses", "src/onefold/config/settings.py",
        'ALLAUTH_TRUSTED_PROXY_COUNT = int', 'ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Forwarded-For"\nALLAUTH_TRUSTED_PROXY_COUNT = int',
        "src/onefold/web/tests/test_sign_in.py",
    ),
    "formulas-pass": Mutant(
        "40 formula in an export", "src/onefold/kernel/spreadsheets.py",
        """return f"'{text}" if""", "return text if", "tests/stories/test_browser_attacks.py",
    ),
    "scripts-in-the-page": Mutant(
        "40 content security policy", "src/onefold/config/settings.py",
        """"default-src": ["'self'"],""", """"default-src": ["'self'", "'unsafe-inline'"],""", "tests/stories/test_browser_attacks.py",
    ),
    "files-leave-unnoticed": Mutant(
        "40 audit of exports", "src/onefold/web/viewers.py",
        "            note_taken_away(request)\n", "            pass\n", "src/onefold/web/backoffice/tests/test_audit_page.py",
    ),
}  # fmt: skip


def main(names: list[str]) -> int:
    """Run the mutants named, or all; return 1 if one was not caught."""
    began = time.monotonic()
    with slots() as free, ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda name: caught(name, free), names or MUTANTS))
    print(f"{sum(results)} of {len(results)} caught in {time.monotonic() - began:.0f} s", flush=True)
    return 0 if all(results) else 1


@contextmanager
def slots() -> Iterator[Queue[Path]]:
    """Folders for the test clusters of mutants that run side by side; their servers are stopped at the end."""
    from onefold.embedded import cluster

    free: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory(prefix="onefold-mutants-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        places = [Path(folder) / f"slot{number}" for number in range(AT_ONCE)]
        for place in places:
            free.put(place)
        try:
            yield free
        finally:
            for place in places:
                for server in place.glob("*/pg"):
                    cluster.stop(server, immediately=True)


def broken(mutant: Mutant, copy: Path) -> bool:
    """Break the copy; False where the line to break is not there any more."""
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
    target = copy / mutant.file
    text = target.read_text()
    target.write_text(text.replace(mutant.old, mutant.new, 1))
    return mutant.old in text


def caught(name: str, free: Queue[Path]) -> bool:
    """Whether the mutant's tests fail on a tree broken by it."""
    mutant, place = MUTANTS[name], free.get()
    try:
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            copy = Path(folder) / "onefold"
            if not broken(mutant, copy):
                print(f"STALE     {name}: {mutant.file} no longer has the line to break", flush=True)
                return False
            environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "ONEFOLD_TEST_VAR": str(place)}
            words = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", *mutant.tests.split()]
            ended = subprocess.run(words, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    finally:
        free.put(place)
    was_caught = ended.returncode == TESTS_FAILED and " failed" in ended.stdout
    word = "CAUGHT" if was_caught else "SURVIVED" if not ended.returncode else "NO PROOF"
    print(f"{word:<9} {name} (row {mutant.row})", flush=True)
    if word == "NO PROOF":
        print(ended.stdout[-2000:], ended.stderr[-2000:], flush=True)
    return was_caught


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
