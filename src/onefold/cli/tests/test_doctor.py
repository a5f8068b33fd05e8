"""The doctor sees what is wrong, says what to do in both languages, and never breaks itself."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from onefold import embedded
from onefold.cli import checks_machine, doctor, serving
from onefold.cli.findings import Finding, Level
from onefold.embedded.tests import places
from onefold.embedded.tests.places import ask


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("DATABASE_URL", "ONEFOLD_REQUIRE", "ONEFOLD_LANGUAGE", "ONEFOLD_PG_BIN"):
        monkeypatch.delenv(word, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("ONEFOLD_PORT", str(free.getsockname()[1]))


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    with places.place() as folder:
        embedded.ensure(folder / "var", test=True)
        yield folder / "var"


def found(var: Path, name: str) -> Finding:
    return next(finding for finding in doctor.examine(var) if finding.name == name)


def test_a_running_installation_is_sound(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main(["--lang", "en"], var) == 0
    said = capsys.readouterr().out
    for line in (
        "OK    python",
        "OK    programs  PostgreSQL ",
        "OK    database  PostgreSQL ",
        "OK    wall      the app role is held",
    ):
        assert line in said


def test_a_machine_that_never_ran_it_is_sound_and_stays_untouched(tmp_path: Path) -> None:
    assert found(tmp_path / "var", "database").level is Level.OK
    assert not (tmp_path / "var").exists()


def test_an_app_role_that_could_pass_the_wall_fails(var: Path) -> None:
    admin = embedded.administrator(var, test=True)
    for power, undo in (
        ("ALTER ROLE onefold_app BYPASSRLS", "ALTER ROLE onefold_app NOBYPASSRLS"),
        ("GRANT onefold_owner TO onefold_app", "REVOKE onefold_owner FROM onefold_app"),
    ):
        ask(admin, power)
        try:
            assert found(var, "wall").level is Level.FAIL
        finally:
            ask(admin, undo)
    assert found(var, "wall").level is Level.OK


def test_an_external_server_is_looked_at_without_being_changed(
    var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", embedded.administrator(var, test=True).url())
    assert found(var, "wall").level is Level.OK
    assert found(var, "skew").level is Level.OK
    assert "first start" in found(tmp_path, "database").said["en"]
    monkeypatch.setenv("DATABASE_URL", "postgresql://dba@127.0.0.1:1/postgres")
    assert found(tmp_path, "database").level is Level.FAIL


def test_nobody_who_could_run_the_server_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(tmp_path, "account").level is Level.OK
    if os.geteuid() == 0:
        (tmp_path / "var").mkdir(mode=0o700)
        monkeypatch.setenv("PATH", str(tmp_path))  # no `unshare` there
        assert found(tmp_path / "var", "database").said["en"].startswith("PostgreSQL refuses to run as root")


def test_missing_programs_fail_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEFOLD_PG_BIN", str(tmp_path))
    finding = found(tmp_path, "database")
    assert finding.level is Level.FAIL and "ONEFOLD_PG_BIN" in finding.said["en"]


def test_a_failure_is_an_exit_code_and_json_says_everything_in_both_languages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEFOLD_PG_BIN", str(tmp_path))
    assert doctor.main(["--json"], tmp_path) == 1
    findings = json.loads(capsys.readouterr().out)
    assert {"python", "folder", "disk", "clock", "port", "database", "chromium", "java", "fonts"} <= {
        f["name"] for f in findings
    }
    for finding in findings:
        assert set(finding["said"]) == {"en", "zh-Hans"} and all(finding["said"].values())
        assert finding["level"] == "OK" or set(finding["todo"]) == {"en", "zh-Hans"}


def test_the_operators_language_is_spoken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONEFOLD_LANGUAGE", "zh-hans")
    doctor.main([], tmp_path)
    assert "可写" in capsys.readouterr().out


def test_the_port_may_be_free_ours_or_a_strangers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert checks_machine.port(port, tmp_path).level is Level.FAIL
        with serving.claim(tmp_path, "http://here"):
            assert "http://here" in checks_machine.port(port, tmp_path).said["en"]
    assert checks_machine.port(port, tmp_path).level is Level.OK


def test_a_folder_that_cannot_be_written_fails(tmp_path: Path) -> None:
    target = Path("/proc") if os.geteuid() == 0 else tmp_path / "closed"
    if os.geteuid():
        target.mkdir(mode=0o500)
    assert checks_machine.folder(target / "var").level is Level.FAIL


@pytest.mark.parametrize(("free", "level"), [(10**8, Level.FAIL), (2 * 10**9, Level.WARN), (10**10, Level.OK)])
def test_free_space_is_judged(free: int, level: Level, tmp_path: Path) -> None:
    assert checks_machine.disk(tmp_path, free, 0.5).level is level


def test_a_disk_nine_tenths_full_is_told_before_it_is_full(tmp_path):
    assert checks_machine.disk(tmp_path, 50_000_000_000, 0.85).level is Level.OK
    finding = checks_machine.disk(tmp_path, 50_000_000_000, 0.86)
    assert finding.level is Level.WARN
    assert "86%" in finding.said["en"]


@pytest.mark.parametrize(
    ("version", "level"), [((3, 10, 9), Level.FAIL), ((3, 11, 0), Level.OK), ((3, 14, 0), Level.FAIL)]
)
def test_the_python_version_is_judged(version: tuple[int, ...], level: Level) -> None:
    assert checks_machine.python(version).level is level


def test_a_clock_that_was_never_set_fails() -> None:
    assert checks_machine.clock(now=0).level is Level.FAIL
    assert checks_machine.clock().level is Level.OK


def test_what_only_tests_need_warns_unless_it_is_required(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [checks_machine.chromium().level, checks_machine.java().level] == [Level.WARN, Level.WARN]
    monkeypatch.setenv("ONEFOLD_REQUIRE", "browser,spark")
    assert [checks_machine.chromium().level, checks_machine.java().level] == [Level.FAIL, Level.FAIL]


def test_a_check_that_breaks_is_a_finding_and_the_others_still_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(var: Path) -> Finding:
        raise PermissionError("no entry")

    monkeypatch.setattr(checks_machine, "disk", broken)
    findings = doctor.examine(tmp_path)
    assert next(finding for finding in findings if finding.name == "disk").level is Level.FAIL
    assert findings[-1].name == "fonts"
