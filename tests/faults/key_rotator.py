"""Do something about keys in children that a test kills: `python -m tests.faults.key_rotator`.

Reads a fault point (or none), an action and its words a line, forks a child that does it and dies at the point, answers with the
signal that ended it (0: none), or with its exit code. This process itself never uses the database, so that its children can.
"""

from __future__ import annotations

import os
import sys
import traceback

import django

django.setup()

from onefold.commands import faultpoint  # noqa: E402
from onefold.jobs import key_rotation  # noqa: E402


def do_and_die(point: str, action: str, words: list[str]) -> int:
    child = os.fork()
    if child == 0:
        faultpoint._CHOSEN = point
        code = 1
        try:
            getattr(key_rotation, action)(*words) if action == "destroy" else key_rotation.rotate(
                *words, told=lambda _: None
            )
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


if __name__ == "__main__":
    for line in sys.stdin:
        chosen, doing, *rest = line.split()
        sys.stdout.write(f"{do_and_die(chosen, doing, rest)}\n")
        sys.stdout.flush()
