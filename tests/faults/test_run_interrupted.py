"""A run whose process was killed does not stand as running for ever; two runs never work at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from uuid import UUID

from django.conf import settings

from onefold.commands.scope import reading
from onefold.domains.releases import actions
from onefold.domains.releases.models import Run
from onefold.jobs import pipeline
from onefold.kernel.ids import new_id
from tests.stories.harbour import SYSTEM

HOLD_A_SECOND = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(1)"


def state_of(run_id: str) -> tuple[str, str]:
    with reading(SYSTEM):
        return Run.objects.values_list("state", "failure").get(run_id=run_id)


def test_the_next_run_says_of_a_killed_one_that_it_was_interrupted(harbour, as_role):
    with as_role("batch"):
        killed = actions.request_run(SYSTEM, new_id())["run_id"]
        assert pipeline._note(UUID(killed), Run.State.WAITING, state=Run.State.RUNNING, step="landing")
        following = actions.request_run(SYSTEM, new_id())["run_id"]
        assert pipeline.run(UUID(following))["state"] == Run.State.UNCHANGED
        assert state_of(killed) == (Run.State.FAILED, pipeline.INTERRUPTED)


def test_a_run_waits_while_another_process_runs(harbour, as_role):
    with as_role("batch"):
        run_id = actions.request_run(SYSTEM, new_id())["run_id"]
        lock, steps = Path(settings.VAR) / "pipeline.lock", []
        with subprocess.Popen([sys.executable, "-c", HOLD_A_SECOND, str(lock)], stdout=subprocess.PIPE) as other:
            assert other.stdout.readline() == b"held\n"
            end = pipeline.run(UUID(run_id), lambda progress: steps.append(progress.get("step")))
        assert steps[0] == "waiting for another run"
        assert end["state"] == Run.State.UNCHANGED
