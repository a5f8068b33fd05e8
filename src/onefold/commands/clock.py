"""One clock. Actions are handed `at`; the database gets the same instant as `app.at`; nothing else asks the time.

In the demo the clock is a row that stands still until it is moved, so that stories, screenshots and hashes repeat.
Production never reads that row: `settings.DEMO` is off there, and `set_demo_clock` refuses.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import connection


class DemoClockRefused(RuntimeError):
    """Somebody tried to move the clock of a system that is not a demonstration."""


def now() -> datetime:
    """Return the instant that counts as now: aware, UTC."""
    return demo_clock() or datetime.now(UTC)


def demo_clock() -> datetime | None:
    """Return where the demonstration's clock stands; None where there is none, or it was never set."""
    if not settings.DEMO:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM commands_democlock")
        row = cursor.fetchone()
    at: datetime | None = row[0] if row else None
    return at


def set_demo_clock(at: datetime) -> None:
    """Move the demonstration's clock to `at` (aware). Raises `DemoClockRefused` outside a demonstration."""
    if not settings.DEMO:
        raise DemoClockRefused("The clock can be moved in a demonstration only (ONEFOLD_DEMO=1).")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO commands_democlock (id, at) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET at = excluded.at",
            [at],
        )
