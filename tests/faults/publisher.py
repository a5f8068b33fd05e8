"""Publish one release in a process of its own, so that a test can kill it: `python -m tests.faults.publisher RUN RELEASE`."""

from __future__ import annotations

import sys

import django

django.setup()

from onefold.commands.staging import ReleaseFolder  # noqa: E402
from onefold.jobs import pipeline  # noqa: E402

if __name__ == "__main__":
    pipeline.publish(sys.argv[1], ReleaseFolder(sys.argv[2]), lambda progress: None)
