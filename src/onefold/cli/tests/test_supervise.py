"""Children are started, watched, restarted and ended together, whoever dies first."""

from __future__ import annotations

import re
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onefold.cli import serving
from onefold.cli.tests.conftest import Group, child, is_gone, pid_in, wait_for
from onefold.kernel import log_files

Run = Callable[..., Group]
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the leash on children is a Linux call")
STUBBORN = "trap '' TERM INT HUP; echo $$ > {file}; while :; do sleep 0.1; done"


def test_children_run_with_their_logs_and_end_with_the_group(run: Run, tmp_path: Path) -> None:
    group = run(
        child("web", f"echo served; echo $$ > {tmp_path}/web; exec sleep 60")
        + child("jobs", f"echo $GREETING >&2; echo $$ > {tmp_path}/jobs; exec sleep 60", "{'GREETING': 'worked'}")
    )
    pids = [pid_in(tmp_path / name) for name in ("web", "jobs")]
    group.signal(signal.SIGINT)
    code, said = group.ends()
    assert code == 0
    assert all(map(is_gone, pids))
    assert (tmp_path / "log/web.log").read_text() == "served\n"
    assert (tmp_path / "log/jobs.log").read_text() == "worked\n"
    assert "web      started (process " in said and "jobs     stopped" in said


def test_a_stop_asks_first_and_kills_only_what_does_not_listen(run: Run, tmp_path: Path) -> None:
    polite = f"trap 'echo bye; exit 0' TERM; echo $$ > {tmp_path}/polite; while :; do sleep 0.05; done"
    group = run(child("polite", polite) + child("stubborn", STUBBORN.format(file=tmp_path / "stubborn"), "grace_s=30"))
    pids = [pid_in(tmp_path / name) for name in ("polite", "stubborn")]
    group.signal(signal.SIGTERM)
    time.sleep(0.2)
    group.signal(signal.SIGTERM)  # a second one cuts the waiting short
    code, said = group.ends(timeout=20)
    assert code == 0 and all(map(is_gone, pids))
    assert "bye" in (tmp_path / "log/polite.log").read_text()
    assert "stubborn stopped (killed: it did not end by itself)" in said


def test_a_crashed_child_is_started_again_and_its_leftovers_ended_before(run: Run, tmp_path: Path) -> None:
    crash_once = f"""
        if [ -e {tmp_path}/second ]; then echo $$ > {tmp_path}/again; exec sleep 60; fi
        sleep 60 & echo $! > {tmp_path}/worker; touch {tmp_path}/second; exit 7"""
    run(child("web", crash_once))
    worker, again = pid_in(tmp_path / "worker"), pid_in(tmp_path / "again")
    assert is_gone(worker) and not is_gone(again)


def test_a_child_that_keeps_crashing_ends_the_group_with_its_last_words(run: Run, tmp_path: Path) -> None:
    group = run(child("web", "echo the reason; exit 7") + child("jobs", f"echo $$ > {tmp_path}/jobs; exec sleep 60"))
    jobs = pid_in(tmp_path / "jobs")
    code, said = group.ends()
    assert code == 1
    assert said.count("web      ended with code 7; again in") == 5
    assert "giving up" in said and "the reason" in said
    assert is_gone(jobs)


def test_a_program_that_does_not_exist_ends_the_group(run: Run) -> None:
    code, said = run("Process('web', ['/no/such/program']),").ends()
    assert code == 1 and "cannot start: No such file or directory" in said


@linux_only
def test_children_end_when_the_group_itself_is_killed(run: Run, tmp_path: Path) -> None:
    group = run(child("web", f"echo $$ > {tmp_path}/web; exec sleep 60"))
    web = pid_in(tmp_path / "web")
    group.signal(signal.SIGKILL)
    wait_for(lambda: is_gone(web))


@linux_only
def test_the_next_group_ends_what_a_killed_one_left_running(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "stubborn.sh"
    script.write_text(STUBBORN.format(file=tmp_path / "deep"))
    group = run(child("web", f"setsid sh {script} & wait"))
    left = pid_in(tmp_path / "deep")
    group.signal(signal.SIGKILL)
    group.popen.wait()
    monkeypatch.setattr(serving, "PATIENCE_S", 0.2)
    assert not is_gone(left)
    with serving.claim(tmp_path, "elsewhere"):
        assert is_gone(left)


def test_a_second_group_says_who_runs_and_where(run: Run, tmp_path: Path) -> None:
    first = run(child("web", "exec sleep 60"))
    wait_for(lambda: serving.current(tmp_path))
    code, said = run(child("web", "exec sleep 60")).ends()
    assert code == 3
    assert f"already running at http://127.0.0.1:8000 (process {first.popen.pid}, since " in said
    first.signal(signal.SIGTERM)
    first.ends()
    assert serving.current(tmp_path) is None


def test_a_taken_port_is_named_before_anything_starts(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = run(child("web", f"touch {tmp_path}/started", f"port={port}")).ends()
    assert code == 3 and f"Port {port} is used by another program" in said
    assert not (tmp_path / "started").exists()


def test_ready_is_told_once_when_every_port_answers(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve = f"sleep 0.3; exec {sys.executable} -m http.server --bind 127.0.0.1 {port}"
    group = run(
        child("web", serve, f"port={port}") + child("jobs", "exec sleep 60"),
        more="on_ready=lambda: print('READY', flush=True)",
    )
    wait_for(lambda: port_answers(port))
    time.sleep(0.3)
    group.signal(signal.SIGTERM)
    code, said = group.ends()
    assert code == 0
    assert said.count("READY") == 1
    ready = re.search(r"web      ready after (\d+\.\d) s", said)
    assert ready and float(ready[1]) >= 0.3
    assert ready.end() < said.index("READY")


def port_answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


def test_a_group_told_to_stop_by_a_closing_terminal_stops(run: Run, tmp_path: Path) -> None:
    group = run(child("web", f"echo $$ > {tmp_path}/web; exec sleep 60"))
    web = pid_in(tmp_path / "web")
    group.signal(signal.SIGHUP)
    assert group.ends()[0] == 0
    assert is_gone(web)


def test_asking_who_serves_never_gets_in_the_way_of_serving(tmp_path: Path) -> None:
    assert serving.current(tmp_path) is None
    with serving.claim(tmp_path, "here"):
        known = serving.current(tmp_path)
        assert known and known.address == "here"
        with pytest.raises(serving.AlreadyServing, match="here"), serving.claim(tmp_path, "there"):
            pass
    with serving.claim(tmp_path, "there"):
        pass


def test_a_crash_during_an_outage_is_no_reason_to_give_up(run: Run, tmp_path: Path) -> None:
    """Far more crashes than are borne otherwise, then the outage is over and the child stays."""
    away, lives = tmp_path / "away", tmp_path / "lives"
    away.touch()
    crash = f"echo x >> {lives}; if [ -e {away} ]; then exit 7; fi; echo $$ > {tmp_path}/stays; exec sleep 60"
    group = run(child("jobs", crash), more=f"is_outage=Path({str(away)!r}).exists")
    wait_for(lambda: lives.exists() and len(lives.read_text()) // 2 > 8)
    away.unlink()
    stays = pid_in(tmp_path / "stays")
    assert not is_gone(stays)
    group.signal(signal.SIGTERM)
    code, said = group.ends()
    assert code == 0 and "giving up" not in said


def test_a_child_that_says_it_will_come_back_is_started_again_however_often(run: Run, tmp_path: Path) -> None:
    lives = tmp_path / "lives"
    group = run(child("jobs", f"echo x >> {lives}; exit 75"))
    wait_for(lambda: lives.exists() and len(lives.read_text()) // 2 > 8)
    group.signal(signal.SIGTERM)
    assert group.ends()[0] == 0


def test_a_log_is_set_aside_while_its_process_runs_and_its_size_is_bounded(run: Run, tmp_path: Path) -> None:
    """75 MB, said by two processes that share one stream, as a web server's workers do: nothing is torn, the oldest goes."""
    speak = 'import os; [os.write(1, b"%d %7d %s\\n" % (os.getpid() % 2, n, b"x" * 990)) for n in range(37_500)]'
    both = (
        f"{sys.executable} -c '{speak}' & {sys.executable} -c '{speak}'; wait; echo $$ > {tmp_path}/said; exec sleep 60"
    )
    group = run(child("web", both))
    pid_in(tmp_path / "said")
    log = tmp_path / "log/web.log"
    wait_for(lambda: len(list(log.parent.glob("web.log*"))) == 1 + log_files.ASIDE_MAX)
    group.signal(signal.SIGINT)
    group.ends()
    sizes = {path.name: path.stat().st_size for path in log.parent.glob("web.log*")}
    assert len(sizes) == 1 + log_files.ASIDE_MAX
    assert all(size <= log_files.BYTES_MAX + 70_000 for size in sizes.values())
    lines = log.read_bytes().splitlines() + log.with_name("web.log.1").read_bytes().splitlines()
    assert {len(line) for line in lines} == {len(b"0 0000000 ") + 990}, "a line is torn"
    last = max(int(line.split()[1]) for line in lines)
    assert last == 37_499, "the newest lines are there"
