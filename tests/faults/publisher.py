"""Publish one release again and again in children that a test kills: `python -m tests.faults.publisher RUN RELEASE`.

Reads a fault point a line, forks a child that publishes and dies there, answers with the signal that ended it (0: none). This
process itself never uses a thread pool or the database, so that its children can.
"""

from __future__ import annotations

import os
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from onefold.commands import faultpoint  # noqa: E402
from onefold.commands.staging import ReleaseFolder  # noqa: E402
from onefold.jobs import pipeline  # noqa: E402


def publish_and_die(point: str, run_id: str, release_id: str) -> int:
    child = os.fork()
    if child == 0:
        faultpoint._CHOSEN = point
        try:
            pipeline.publish(run_id, ReleaseFolder(release_id), lambda progress: None)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


if __name__ == "__main__":
    for room in settings.PUBLISHED_ROOMS:
        import_string(f"{room}.stage")
    for line in sys.stdin:
        sys.stdout.write(f"{publish_and_die(line.strip(), *sys.argv[1:3])}\n")
        sys.stdout.flush()
