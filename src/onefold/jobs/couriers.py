"""The webhooks' messages, sent beside the relay: each receiver by itself, so that a slow one holds up nobody else."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from django.conf import settings
from django.db import connection

from onefold.domains.webhooks import courier
from onefold.domains.webhooks.courier import Letter
from onefold.domains.webhooks.rules import signature
from onefold.domains.webhooks.secret_keys import secrets_of
from onefold.jobs.patience import Patience
from onefold.kernel import keys
from onefold.partners.callbacks import Answer, Reach, networks_of, post

AT_ONCE = 8
IDLE_S = 0.2
PAUSE_AFTER_FAULT_S = 5.0
log = logging.getLogger("onefold.couriers")


def start(stop: threading.Event) -> threading.Thread:
    """Send messages in a thread of this process until told to stop. Whatever goes wrong in there, the relay goes on."""
    thread = threading.Thread(target=_keep_sending, args=(stop,), name="couriers", daemon=True)
    thread.start()
    return thread


def _keep_sending(stop: threading.Event) -> None:
    patience = Patience("couriers", stop)
    while not stop.is_set():
        try:
            send_until(stop, taken=patience.over)
        except Exception as error:
            if not patience.bear(error):
                log.error("couriers: %s", type(error).__name__)
                connection.close()
                stop.wait(PAUSE_AFTER_FAULT_S)
    connection.close()


def send_until(stop: threading.Event, *, drained: bool = False, taken: Callable[[], None] = lambda: None) -> None:
    """Take what is due, send it, write down what came of it. `drained`: end as soon as nothing is due or under way. `taken` is
    called whenever the database has answered."""
    under_way: dict[Future[Answer], Letter] = {}
    with ThreadPoolExecutor(AT_ONCE, "courier") as couriers:
        while not stop.is_set() or under_way:
            if not stop.is_set() and len(under_way) < AT_ONCE:
                busy = [letter.webhook_id for letter in under_way.values()]
                for letter in courier.take(AT_ONCE - len(under_way), busy):
                    under_way[couriers.submit(send, letter)] = letter
                taken()
            if not under_way:
                if drained:
                    return
                stop.wait(IDLE_S)
                continue
            for done in wait(under_way, IDLE_S, FIRST_COMPLETED).done:
                note(under_way.pop(done), done.result())


def send(letter: Letter) -> Answer:
    """One try. Touches no table, so that nobody waits for the receiver with a transaction open."""
    body, seconds = letter.body.encode(), int(time.time())
    ring = keys.read(settings.SECRETS, keys.WEBHOOK)
    secrets = secrets_of(ring, letter.webhook_id, letter.key_id, letter.former_key_id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Onefold",
        "Onefold-Event": letter.type,
        "Onefold-Message": str(letter.message_id),
        "Onefold-Attempt": str(letter.attempt),
        "Onefold-Signature": signature(secrets, seconds, body),
    }
    reach = Reach(networks_of(settings.WEBHOOK_NETWORKS), loopback=settings.DEMO)
    return post(letter.url, body, headers, timeout_s=letter.timeout_s, reach=reach)


def note(letter: Letter, answer: Answer) -> None:
    if answer.fault:
        log.warning("message %s, attempt %d: %s", letter.message_id, letter.attempt, answer.fault)
        courier.note_failed(letter, answer.status, answer.fault)
    else:
        courier.note_arrived(letter, answer.status or 0)
