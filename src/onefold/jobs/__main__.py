"""`python -m onefold.jobs relay|worker|orders|inbox`: one process each, connected as the batch role."""

from __future__ import annotations

import os
import sys

from onefold.kernel import keys
from onefold.kernel.keys import KeyRefusal


def _ready() -> None:
    """Start Django; raise where a key is not there. Whether each is the right one was looked at by the start of them all."""
    import django

    django.setup()
    from django.conf import settings

    from onefold.commands.logs import watch_uncaught

    watch_uncaught()
    refuse_newer_tables()
    for purpose in keys.PURPOSES:
        keys.read(settings.SECRETS, purpose)


def main(word: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onefold.config.settings")
    try:
        _ready()
    except KeyRefusal as refusal:
        sys.exit(f"onefold.jobs: {refusal.sentence_in('en')}")
    if word == "relay":
        from onefold.jobs.relay import run_until_stopped

        run_until_stopped()
    elif word == "worker":
        from onefold.jobs.worker import run_until_stopped as run_worker

        run_worker("pipeline")
    elif word == "orders":
        from onefold.jobs.order_steps import run_until_stopped as run_orders

        run_orders()
    elif word == "inbox":
        from pathlib import Path

        from django.conf import settings

        from onefold.jobs.inbox import watch

        watch(Path(settings.INBOX))
    else:
        sys.exit(f"onefold.jobs: there is no process {word!r}")


def refuse_newer_tables() -> None:
    """Connecting once compares; a database that is away just now is compared when it is back."""
    from django.db import Error, connection

    from onefold.kernel.refusals import Refusal

    try:
        connection.ensure_connection()
    except Error:
        pass
    except Refusal as refusal:
        sys.exit(f"onefold.jobs: {refusal.sentence_in('en')}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
