"""One run, from job to release. It is made in a folder of its own and appears by a rename: there is a whole release or none."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from onefold import policy
from onefold.analytics.job import Job
from onefold.analytics.manifest import (
    MANIFEST,
    Manifest,
    inputs_of,
    knowledge_of,
    manifest_of,
    read_manifest,
    release_id_of,
)
from onefold.analytics.steps import STEPS, Step, Work
from onefold.analytics.stopwatch import Timings, timed
from onefold.kernel import keys
from onefold.kernel.disk import on_disk
from onefold.kernel.refusals import Kind, Refusal
from onefold.seam import checksums, salts, store

LATEST = "LATEST"
Told = Callable[[str, int, int], None]


class RunInProgress(Refusal):
    code = "RUN_IN_PROGRESS"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Another run is at work in this installation; wait until it has ended.",
        "zh-Hans": "本系统中另一次运行正在进行，请等待其结束。",
    }


class StepIncomplete(RuntimeError):
    """A bug: a step did not leave what it declares."""


def run(
    job: Job,
    *,
    told: Told = lambda step, done, total: None,
    advance: Callable[[int, int], None] = lambda done, total: None,
) -> Manifest:
    """Carry out the steps and return the manifest of the release; the same input gives the same release, made once.

    `told` hears each step begin, `advance` how far a step is. Raises a `Refusal` when a check stops the release.
    """
    rulebook = policy.load(job.rulebook)
    secrets = job.var / "secrets"
    (job.var / "vault").mkdir(mode=0o700, parents=True, exist_ok=True)
    key = keys.current(secrets, keys.PSEUDONYM)
    inputs = inputs_of(job, rulebook.version, key)
    runs, vaults = job.var / "lake" / "runs", job.var / "vault" / "runs"
    with one_at_a_time(job.var):
        made = runs / release_id_of(inputs)
        if (made / MANIFEST).exists():
            point_to(made)
            return read_manifest(made)
        before = latest_with_salts(runs, job.var / "vault")
        refuse_other_key(before, key)
        work = Work(
            job=job,
            known_at=knowledge_of(job),
            rulebook=rulebook,
            lake=fresh(made),
            vault=fresh(vaults / made.name),
            previous=before,
            pseudonym_key=key,
            vault_key=keys.current(secrets, keys.VAULT),
            advance=advance,
        )
        timings: Timings = []
        for number, step in enumerate(STEPS):
            told(step.name, number, len(STEPS))
            with timed(step.name, timings):
                carry_out(step, work)
        manifest = manifest_of(job, inputs, rulebook.version, work.lake, key)
        leave(work, made, vaults / made.name, manifest, timings)
        return manifest


def carry_out(step: Step, work: Work) -> None:
    """Let a step do its work; raise `StepIncomplete` if it did not leave what it declares."""
    step.carry_out(replace(work, reads=frozenset(dataset.name for dataset in step.reads)))
    for dataset in step.writes:
        folder = work.vault if dataset.vault else work.lake
        if not store.path_of(folder, dataset).exists():
            raise StepIncomplete(f"step {step.name} left no {dataset.name}")


def leave(work: Work, made: Path, sealed: Path, manifest: Manifest, timings: Timings) -> None:
    """Put the finished folders in their places, the vault first: a manifest in place means that all of it is."""
    (work.lake / "timings.json").write_text(json.dumps(timings, indent=1) + "\n")
    text = work.lake / f"{MANIFEST}.part"
    text.write_text(manifest.text(), encoding="utf-8")
    checksums.placed(text, work.lake / MANIFEST)
    for part, place in ((work.vault, sealed), (work.lake, made)):
        for file in (*part.iterdir(), part):
            on_disk(file)
        shutil.rmtree(place, ignore_errors=True)
        os.rename(part, place)
        on_disk(place.parent)
    point_to(made)


def point_to(made: Path) -> None:
    """Have this release be the one before the next."""
    pointer = made.parent / f"{LATEST}.part"
    pointer.write_text(made.name)
    on_disk(pointer)
    os.replace(pointer, made.parent / LATEST)
    on_disk(made.parent)


def fresh(place: Path) -> Path:
    """Make an empty folder beside `place`; what a run that died left there goes."""
    part = place.with_name(f"{place.name}.part")
    for old in part.parent.glob("*.part") if part.parent.exists() else ():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    part.mkdir(parents=True)
    return part


def latest(runs: Path) -> Path | None:
    """Return the lake of the last finished run, none before the first; raise `KeptFileBroken` if it is no longer whole.

    Without it the next run would call every customer anew, so nobody goes on as if there had been none.
    """
    pointer = runs / LATEST
    if not pointer.exists():
        return None
    made = checksums.required(runs / pointer.read_text().strip())
    checksums.expected(made / MANIFEST)
    return made


def latest_with_salts(runs: Path, vault: Path) -> Path | None:
    """As `latest`; what was forgotten and the salts must be there wherever there is a release, and begin with the first."""
    (vault / salts.KEYS_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    made = latest(runs)
    for folder in (vault, vault / salts.KEYS_FOLDER):
        checksums.required(folder) if made else checksums.begin(folder)
    return made


def refuse_other_key(before: Path | None, key: bytes) -> None:
    """Raise `keys.KeyWrong` where the release before was made with another pseudonym key: everybody would be there twice."""
    made_with = read_manifest(before).pseudonym_key if before else ""
    if made_with not in ("", keys.id_of(key)):
        raise keys.KeyWrong(purpose=keys.PSEUDONYM, needed=made_with, held=keys.id_of(key))


@contextmanager
def one_at_a_time(var: Path) -> Iterator[None]:
    """Hold the installation's run lock, our number in it; raise `RunInProgress` if another process does. It falls with us."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunInProgress() from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
