"""Rows 42 and 24: a key that went or is another stops the start; keys rotate while others write, killed anywhere and taken up again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction

from onefold.cli import keyring
from onefold.cli import keys as terminal
from onefold.commands import key_marks
from onefold.commands.models import AuditLine
from onefold.commands.scope import reading
from onefold.commands.staging import ReleaseFolder
from onefold.commands.viewer import Viewer
from onefold.config.databases import handed_over
from onefold.domains.customers import token_keys
from onefold.domains.customers.knowing import become_known
from onefold.domains.customers.models import Membership, SearchToken, SourceRecord
from onefold.domains.customers.queries import search
from onefold.domains.customers.tokens import tokens_of
from onefold.domains.releases.models import ActiveRelease
from onefold.domains.webhooks import secret_keys
from onefold.domains.webhooks.models import Webhook
from onefold.domains.webhooks.refusals import SecretShown, WebhookUnknown
from onefold.domains.webhooks.rules import secret_of
from onefold.jobs import key_rotation, pipeline
from onefold.kernel import keys
from onefold.kernel.ids import new_id
from onefold.kernel.keys import PSEUDONYM, SEARCH, VAULT, WEB, WEBHOOK, KeyBroken, KeyMissing, KeyWrong
from onefold.seam import datasets, vault
from onefold.seam.tests.test_vault import identities as some_identities
from onefold.seam.verifying import verify_all
from tests.stories.harbour import FOLDER, SYSTEM

DEADLINE_S = 120.0
HLIFE = Viewer.of_company("HLIFE")


@pytest.fixture
def ours(harbour, as_role) -> Iterator[Path]:
    """Harbour Group as jobs see it. Keys and vault are given back as they were: other tests have them too."""
    var = Path(settings.VAR)
    kept = var / "kept-by-test-keys"
    shutil.rmtree(kept, ignore_errors=True)
    for part in ("secrets", "vault"):
        shutil.copytree(var / part, kept / part)
    with as_role("batch"):
        try:
            yield var
        finally:
            for part in ("secrets", "vault"):
                shutil.rmtree(var / part)
                (kept / part).rename(var / part)
            shutil.rmtree(kept)


@pytest.fixture
def here(connections) -> dict[str, Any]:
    return {role: known.to(connection.settings_dict["NAME"]) for role, known in connections.items()}


@pytest.fixture
def killed(ours, here) -> Iterator[Callable[..., int]]:
    """`killed("keys.switched", "rotate", "search")`: how it ended, in a process of its own."""
    words = [sys.executable, "-m", "tests.faults.key_rotator"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    environment = {**os.environ, **handed_over(here["batch"])}
    with subprocess.Popen(words, cwd=FOLDER.parents[1], env=environment, **pipes) as process:

        def doing(point: str, *what: str) -> int:
            process.stdin.write(f"{point} {' '.join(what)}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield doing
        process.stdin.close()


def another(purpose: str) -> None:
    keys.write(settings.SECRETS, keys.ring_of(purpose, os.urandom(32)))


def gone(purpose: str) -> None:
    keys.path_of(settings.SECRETS, purpose).unlink()


def broken(purpose: str) -> None:
    keys.path_of(settings.SECRETS, purpose).write_bytes(b"{")


@pytest.mark.parametrize("purpose", keys.PURPOSES)
def test_nothing_starts_with_a_key_that_is_gone_or_another(ours, here, purpose):
    good = keys.read(settings.SECRETS, purpose)
    keyring.ready(here, ours)
    for accident, refusal in ((gone, KeyMissing), (another, KeyWrong), (broken, KeyBroken)):
        accident(purpose)
        with pytest.raises(refusal, match=f"secrets/{purpose}") as said:
            keyring.ready(here, ours)
        assert "docs/operator.md" in str(said.value) or refusal is KeyBroken, "a way out is told"
        assert keys.exists(settings.SECRETS, purpose) == (accident is not gone), "none was made anew"
        keys.write(settings.SECRETS, good)
        keyring.ready(here, ours)


@pytest.mark.parametrize("purpose", [PSEUDONYM, VAULT, SEARCH, WEBHOOK, WEB])
def test_data_of_before_there_were_marks_speak_for_their_key_too(ours, here, as_role, sign_in, purpose):
    with reading_nothing(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM commands_keymark")
    if purpose == WEBHOOK:
        registered()
    if purpose == WEB:
        with as_role("app"):
            sign_in("desk")
    gone(purpose)
    with pytest.raises(KeyMissing):
        keyring.ready(here, ours)
    assert not keys.exists(settings.SECRETS, purpose)


def test_a_raw_key_of_before_is_taken_over_and_marked(ours, here):
    ring = keys.read(settings.SECRETS, SEARCH)
    gone(SEARCH)
    keys.raw_path(settings.SECRETS, SEARCH).write_bytes(ring.current.secret)
    keyring.ready(here, ours)
    assert keys.current(settings.SECRETS, SEARCH) == ring.current.secret
    assert not keys.raw_path(settings.SECRETS, SEARCH).exists()
    assert key_marks.marks()[SEARCH] == {ring.current.id}


def test_the_vault_is_rotated_killed_anywhere_and_opens_with_the_new_key_alone(ours, killed, here):
    before, old = identities(), keys.read(settings.SECRETS, VAULT).current
    for point in ("keys.switched", "keys.marked", "keys.resealed", "keys.resealed", "keys.swept"):
        assert killed(point, "rotate", VAULT) == signal.SIGKILL, point
        assert identities() == before, point
        assert not list(verify_all(ours)), point
        keyring.ready(here, ours)
    assert killed("-", "rotate", VAULT) == 0
    former = key_rotation.left(VAULT)
    assert set(former.values()) == {0} and old.id in former
    assert killed("keys.struck", "destroy", VAULT, old.id) == signal.SIGKILL
    keyring.ready(here, ours)
    assert killed("-", "destroy", VAULT, old.id) == 0
    assert old.secret.hex() not in keys.path_of(settings.SECRETS, VAULT).read_text()
    assert identities() == before
    assert pipeline.run(asked())["state"] == "UNCHANGED"


def test_a_file_sealed_with_the_old_key_behind_the_rotation_is_found(ours):
    """As a run leaves it that began with the old key and ends while the rotation goes through the files."""
    behind, real = ours / "vault" / "runs" / "behind", key_rotation._reseal
    before = vault.VaultKeys.of_ring(ours / "vault", keys.read(settings.SECRETS, VAULT))

    def while_a_run_ends(*words: Any) -> None:
        if not behind.exists():
            vault.seal(behind, datasets.SOURCE_IDENTITIES, some_identities("A", "B"), before)
        real(*words)

    with mock.patch.object(key_rotation, "_reseal", while_a_run_ends):
        key_rotation.rotate(VAULT, told=lambda _: None)
    assert behind.exists() and key_rotation.left(VAULT)[before.ring.current.id] == 0


def test_a_key_with_rows_left_is_not_destroyed_and_the_pseudonym_key_stays(ours):
    ring = keys.with_new_key(keys.read(settings.SECRETS, VAULT))
    keys.write(settings.SECRETS, ring)
    with pytest.raises(key_rotation.KeyInUse):
        key_rotation.destroy(VAULT, ring.live[1].id)
    for key_id in (ring.current.id, "0" * 12):
        with pytest.raises(key_rotation.KeyUnknown):
            key_rotation.destroy(VAULT, key_id)
    assert keys.read(settings.SECRETS, VAULT) == ring
    for doing in (key_rotation.rotate, key_rotation.replace_lost):
        with pytest.raises(key_rotation.PseudonymKeyStays):
            doing(PSEUDONYM)
    with pytest.raises(key_rotation.KeyNotLost):
        key_rotation.replace_lost(SEARCH)


def test_search_tokens_are_rotated_killed_anywhere_while_others_write(ours, killed):
    old = keys.read(settings.SECRETS, SEARCH).current
    with mock.patch.object(token_keys, "RECORDS_AT_ONCE", 20), writing() as written:
        for point in ("keys.switched", "keys.marked", "keys.renewed", "keys.renewed", "keys.swept"):
            assert killed(point, "rotate", SEARCH) == signal.SIGKILL, point
            assert every_name_is_found(), point
        assert killed("-", "rotate", SEARCH) == 0
        assert key_rotation.left(SEARCH)[old.id] == 0
    assert written, "somebody wrote meanwhile"
    assert set(key_rotation.left(SEARCH).values()) == {0}
    key_rotation.destroy(SEARCH, old.id)
    assert every_name_is_found()
    ring = keys.read(settings.SECRETS, SEARCH)
    with reading(SYSTEM):
        assert set(SearchToken.objects.values_list("key_id", flat=True)) == {ring.current.id}
        for record in SourceRecord.objects.all():
            fields = {name: getattr(record, name) for name in ("name", "phone", "id_number", "source_key")}
            found = set(SearchToken.objects.filter(source_record=record).values_list("token", flat=True))
            assert found == tokens_of(ring.current.secret, **fields)


def test_a_writer_that_read_the_old_key_before_the_switch_leaves_nothing_behind(ours):
    """It holds the key until it commits, and the rotation's last step waits for it."""
    holding, go = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with reading_nothing(), transaction.atomic():
            ring = key_marks.hold(settings.SECRETS, SEARCH)
            record = SourceRecord.objects.first()
            holding.set()
            assert go.wait(DEADLINE_S)
            SearchToken.objects.create(
                token="f" * 32, source_record=record, company_id=record.company_id, key_id=ring.current.id
            )
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert holding.wait(DEADLINE_S)
    rotation = threading.Thread(target=lambda: (key_rotation.rotate(SEARCH, told=lambda _: None), connection.close()))
    rotation.start()
    until(lambda: waiting_for_a_key() or not rotation.is_alive())
    go.set()
    writer.join(DEADLINE_S)
    rotation.join(DEADLINE_S)
    assert set(key_rotation.left(SEARCH).values()) == {0}


def test_a_lost_search_key_is_replaced_and_everybody_is_found_again(ours, here):
    gone(SEARCH)
    with pytest.raises(KeyMissing):
        key_rotation.rotate(SEARCH)
    key_rotation.replace_lost(SEARCH, told=lambda _: None)
    assert every_name_is_found()
    keyring.ready(here, ours)


def test_webhooks_sign_with_both_secrets_until_the_old_key_is_destroyed(ours, killed):
    old = keys.read(settings.SECRETS, WEBHOOK).current
    webhook_id = registered()
    assert killed("keys.swept", "rotate", WEBHOOK) == signal.SIGKILL
    assert killed("-", "rotate", WEBHOOK) == 0
    ring = keys.read(settings.SECRETS, WEBHOOK)
    assert key_rotation.left(WEBHOOK)[old.id] == 0

    assert len(secrets_of(webhook_id)) == 2 and ring.current.id != old.id
    with reading(SYSTEM):
        former = Webhook.objects.get(webhook_id=webhook_id).former_key_id
    key_rotation.destroy(WEBHOOK, former)
    assert secrets_of(webhook_id) == [secret_of(keys.read(settings.SECRETS, WEBHOOK).current.secret, webhook_id)]


def test_a_company_fetches_the_secret_of_a_rotation_once(ours, capsys, caplog):
    webhook_id, command_id = registered(), new_id()
    with pytest.raises(SecretShown):
        secret_keys.show_new_secret(HLIFE, new_id(), webhook_id=webhook_id)
    key_rotation.rotate(WEBHOOK)
    assert terminal.show(None) == 0 and "1 webhooks have a new secret" in capsys.readouterr().out
    with pytest.raises(WebhookUnknown):
        secret_keys.show_new_secret(Viewer.of_company("HPC"), new_id(), webhook_id=webhook_id)
    shown = [secret_keys.secret_shown(fetched(webhook_id, command_id)) for _ in range(2)]
    assert shown == [secret_of(keys.read(settings.SECRETS, WEBHOOK).current.secret, webhook_id)] * 2
    with pytest.raises(SecretShown):
        fetched(webhook_id, new_id())
    assert terminal.show(None) == 0 and "have a new secret" not in (told := capsys.readouterr().out)
    with reading(SYSTEM):
        line = AuditLine.objects.get(command_id=command_id)
    assert (line.action, line.company, line.subject) == ("webhooks.show_new_secret", "HLIFE", str(webhook_id))
    assert shown[0] not in f"{line.facts} {told} {caplog.text}"


def test_a_secret_nobody_fetched_is_passed_over_by_the_next_rotation(ours):
    webhook_id = registered()
    of_the_company = secrets_of(webhook_id)[0]
    key_rotation.rotate(WEBHOOK)
    key_rotation.rotate(WEBHOOK)
    assert secrets_of(webhook_id)[1] == of_the_company
    assert secret_keys.secret_shown(fetched(webhook_id, new_id())) == secrets_of(webhook_id)[0]


def test_the_web_key_is_destroyed_when_no_session_needs_it(ours, sign_in, as_role):
    with as_role("app"):
        sign_in("desk")
    old = keys.read(settings.SECRETS, WEB).current
    key_rotation.rotate(WEB, told=lambda _: None)
    assert key_rotation.left(WEB)[old.id] >= 1
    with pytest.raises(key_rotation.KeyInUse):
        key_rotation.destroy(WEB, old.id)


def test_the_terminal_lists_the_keys_and_tells_what_is_left(ours, capsys):
    assert terminal.verify(None) == 0
    ring = keys.with_new_key(keys.read(settings.SECRETS, SEARCH))
    keys.write(settings.SECRETS, ring)
    assert terminal.verify(None) == 1 and terminal.show(None) == 0
    told = capsys.readouterr().out
    assert all(f"{key.id}  {key.state}" in told for key in ring.keys)
    assert not any(key.secret.hex() in told for key in ring.keys)
    assert "search tokens" in told and " left on former keys" in told


# What the tests ask


def asked() -> UUID:
    from onefold.domains.releases import actions

    return UUID(actions.request_run(SYSTEM, new_id())["run_id"])


def identities() -> list[dict[str, Any]]:
    with reading(SYSTEM):
        release = ActiveRelease.objects.get().release_id
    return ReleaseFolder(release).read(datasets.SOURCE_IDENTITIES).to_pylist()


def every_name_is_found() -> bool:
    with reading(SYSTEM):
        names = list(SourceRecord.objects.filter(company_id="HLIFE").values_list("name", flat=True))
    return len(names) > 5 and all(search(HLIFE, name) for name in names)


def registered() -> UUID:
    from onefold.domains.webhooks import actions

    made = actions.register(HLIFE, new_id(), url="https://hlife.example/hook", types=["lead.answered"])
    return UUID(made["webhook_id"])


def fetched(webhook_id: UUID, command_id: UUID) -> dict[str, Any]:
    return secret_keys.show_new_secret(HLIFE, command_id, webhook_id=webhook_id)


def secrets_of(webhook_id: UUID) -> list[str]:
    with reading(SYSTEM):
        row = Webhook.objects.get(webhook_id=webhook_id)
    return secret_keys.secrets_of(keys.read(settings.SECRETS, WEBHOOK), webhook_id, row.key_id, row.former_key_id)


@contextmanager
def reading_nothing() -> Iterator[None]:
    """A transaction of jobs that may write."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.viewer', 'system', true)")
        yield


@contextmanager
def writing() -> Iterator[list[str]]:
    """Customers become known to another company all the time, in a thread of its own."""
    stop, written = threading.Event(), []
    with reading(SYSTEM):
        customers = list(Membership.objects.filter(company_id="HLIFE").values_list("customer_id", flat=True))

    def write() -> None:
        while not stop.is_set():
            number = len(written)
            become_known(
                SYSTEM, new_id(), source_record_id=new_id(), company="HBANK", source_key=f"T-{number}",
                customer_id=customers[number % len(customers)], through="HLIFE",
            )  # fmt: skip
            written.append(str(number))
            stop.wait(0.01)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield written
    finally:
        stop.set()
        writer.join(DEADLINE_S)


def waiting_for_a_key() -> bool:
    with reading_nothing(), connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)")
        return bool(cursor.fetchone()[0])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
