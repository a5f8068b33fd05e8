"""The relay as a process: hands events to reactions, and messages to the companies' webhooks, until it is told to stop."""

from __future__ import annotations

import signal
import threading

from django.conf import settings
from django.utils.module_loading import import_string

from onefold.commands import outbox
from onefold.jobs import couriers, measuring, sealing
from onefold.jobs.patience import Patience

IDLE_S = 0.2
LAST_LETTERS_S = 7.0


def run_until_stopped() -> None:
    """Relay for ever; sleep a fifth of a second when nothing waits. SIGTERM and SIGINT end it between two deliveries."""
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    reactions: outbox.Reactions = import_string(settings.REACTIONS)
    sending, seals = couriers.start(stop), sealing.start(stop)
    measuring.start(stop)
    patience = Patience("relay", stop)
    while not stop.is_set():
        try:
            taken = outbox.fan_out(reactions)
            delivered = outbox.deliver(reactions)
        except Exception as error:
            if not patience.bear(error):
                raise
            continue
        patience.over()
        if not taken and not delivered:
            stop.wait(IDLE_S)
    sending.join(LAST_LETTERS_S)
    seals.join(LAST_LETTERS_S)
