"""A run whose process was killed is gone on with before another begins, but not for ever; two runs never work at once."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from onefold.commands.scope import reading
from onefold.domains.releases import actions
from onefold.domains.releases.models import Run
from onefold.jobs import analysing, pipeline
from onefold.kernel.ids import new_id
from tests.stories.harbour import SYSTEM

HOLD_A_SECOND = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(1)"


def state_of(run_id: str) -> tuple[str, str]:
    with reading(SYSTEM):
        return Run.objects.values_list("state", "failure").get(run_id=run_id)


def test_a_killed_run_comes_to_its_end_before_the_next_one_begins(harbour, as_role):
    with as_role("batch"):
        killed = actions.request_run(SYSTEM, new_id())["run_id"]
        assert pipeline._begin(UUID(killed)) == 1
        following = actions.request_run(SYSTEM, new_id())["run_id"]
        assert pipeline.run(UUID(following))["state"] == Run.State.UNCHANGED
        assert state_of(killed) == (Run.State.UNCHANGED, "")
        assert pipeline.run(UUID(killed))["state"] == Run.State.UNCHANGED, "and once only"


def test_a_run_that_is_cut_off_each_time_ends_and_says_so(harbour, as_role, monkeypatch):
    with as_role("batch"):
        poison = actions.request_run(SYSTEM, new_id())["run_id"]
        monkeypatch.setattr(analysing.subprocess, "Popen", partial(killed_at_once, subprocess.Popen))
        end = pipeline.run(UUID(poison))
        assert end["state"] == Run.State.FAILED
        assert end["failure"].startswith("RUN_CUT_OFF: ")
        assert len(DEATHS) == pipeline.ATTEMPTS
        assert state_of(poison) == (Run.State.FAILED, end["failure"])


DEATHS: list[int] = []


def killed_at_once(really: Any, *words: Any, **how: Any) -> subprocess.Popen[bytes]:
    process = really(*words, **how)
    process.kill()
    DEATHS.append(process.pid)
    assert len(DEATHS) < 20, "for ever"
    return process


def test_a_run_waits_while_another_process_runs(harbour, as_role):
    with as_role("batch"):
        run_id = actions.request_run(SYSTEM, new_id())["run_id"]
        lock, steps = Path(settings.VAR) / "pipeline.lock", []
        with subprocess.Popen([sys.executable, "-c", HOLD_A_SECOND, str(lock)], stdout=subprocess.PIPE) as other:
            assert other.stdout.readline() == b"held\n"
            end = pipeline.run(UUID(run_id), lambda progress: steps.append(progress.get("step")))
        assert steps[0] == "waiting for another run"
        assert end["state"] == Run.State.UNCHANGED
