"""`python -m onefold.jobs relay|worker|orders|inbox`: one process each, connected as the batch role."""

from __future__ import annotations

import os
import sys


def main(word: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onefold.config.settings")
    import django

    django.setup()
    from onefold.commands.logs import watch_uncaught

    watch_uncaught()
    refuse_newer_tables()
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
