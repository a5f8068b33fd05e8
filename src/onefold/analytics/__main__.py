"""`python -m onefold.analytics JOB.json [--tied]`: one run in a process of its own, followed through `JOB.progress.json`.

Tied, it ends at once when its standard input does: with the process that started it, however that ends.

Exit: 0 released, 1 stopped by a rule (code and sentence in the progress file), 2 no usable job, 3 a bug, 4 no room on the disk
(the exit code alone says so: there may have been no room for the progress file either). Whatever goes
wrong, no value of the data is written anywhere: of a bug only its kind and place.
"""

from __future__ import annotations

import os
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path

from onefold.analytics.job import JobBroken, read_job
from onefold.analytics.progress import Progress
from onefold.kernel.refusals import LANGUAGES, Refusal
from onefold.kernel.room import is_full

RELEASED, STOPPED, NO_JOB, BUG, NO_ROOM = 0, 1, 2, 3, 4
TIED = "--tied"

BUG_SENTENCES = {
    "en": "The run failed for a reason nobody foresaw ({kind}); the log of the analytics process says where.",
    "zh-Hans": "运行因未预料的原因失败（{kind}）；分析进程日志中有出错位置。",
}
RULEBOOK_SENTENCES = {
    "en": "The rulebook cannot be used: {problem}",
    "zh-Hans": "规则手册无法使用：{problem}",
}


def main(words: list[str]) -> int:
    """Carry out the job named by the first word."""
    if not words or words[1:] not in ([], [TIED]):
        sys.stderr.write("usage: python -m onefold.analytics JOB.json [--tied]\n")
        return NO_JOB
    if words[1:]:
        threading.Thread(target=end_with_parent, name="tie", daemon=True).start()
    path = Path(words[0])
    progress = Progress(path.with_suffix(".progress.json"), path.stem)
    try:
        with progress:
            return carry_out(path, progress)
    except OSError as error:
        if not is_full(error):
            raise
        return _no_room()


def end_with_parent() -> None:
    """Whoever started us holds the other end and never writes: nothing more to read means that nobody waits for a release."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(STOPPED)


def carry_out(path: Path, progress: Progress) -> int:
    try:
        job = read_job(path)
        # Imported late: engines and libraries take a second, and a broken job should be told at once.
        from onefold.analytics.run import run

        manifest = run(job, told=progress.step, advance=progress.part)
    except Refusal as refusal:
        progress.fail(refusal.code, {language: refusal.sentence_in(language) for language in LANGUAGES})
        sys.stderr.write(f"{refusal}\n")
        return NO_JOB if isinstance(refusal, JobBroken) else STOPPED
    except Exception as error:
        return _failed(error, progress)
    progress.finish(manifest.release_id)
    return RELEASED


def _failed(error: Exception, progress: Progress) -> int:
    if is_full(error):
        return _no_room()
    from onefold.policy import RulebookBroken
    from onefold.policy.feeds import FeedBroken

    if isinstance(error, RulebookBroken | FeedBroken):  # its text names file and place, and a rulebook holds no person
        progress.fail(
            "RULEBOOK_BROKEN", {code: text.format(problem=error) for code, text in RULEBOOK_SENTENCES.items()}
        )
        sys.stderr.write(f"RULEBOOK_BROKEN: {error}\n")
        return STOPPED
    kind = type(error).__name__
    progress.fail("BUG", {language: text.format(kind=kind) for language, text in BUG_SENTENCES.items()})
    frames = traceback.extract_tb(error.__traceback__)
    sys.stderr.write(f"{kind}\n" + "".join(f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in frames))
    return BUG


def _no_room() -> int:
    with suppress(OSError):  # the log may lie on the same disk
        sys.stderr.write("DISK_FULL\n")
    return NO_ROOM


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
