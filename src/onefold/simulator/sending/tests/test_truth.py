"""The truth is where the pipeline cannot open it, and nothing of the pipeline asks for it."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import onefold
from onefold.simulator.sending import Order, TruthInReach, send
from onefold.simulator.sending.tests.conftest import Sent

ROOT = Path(onefold.__file__).parent
PIPELINE = (
    "analytics",
    "commands",
    "config",
    "decision",
    "domains",
    "embedded",
    "jobs",
    "kernel",
    "policy",
    "seam",
    "web",
)
READS = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read(4))"


@pytest.mark.parametrize("inside", ["out", "out/below", "var", "var/lake/truth"])
def test_no_truth_among_what_is_sent_nor_below_var(
    inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEFOLD_VAR", str(tmp_path / "var"))
    with pytest.raises(TruthInReach):
        send(Order(1, 10), tmp_path / "out", tmp_path / inside)
    assert not list(tmp_path.rglob("*.parquet"))


def test_a_link_does_not_smuggle_it_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "var")
    monkeypatch.setenv("ONEFOLD_VAR", str(tmp_path / "var"))
    with pytest.raises(TruthInReach):
        send(Order(1, 10), tmp_path / "out", tmp_path / "elsewhere" / "truth")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("keep")
    with pytest.raises(FileExistsError):
        send(Order(1, 10), tmp_path / "out", tmp_path / "truth")
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "older").write_text("keep")
    with pytest.raises(TruthInReach):
        send(Order(1, 10), tmp_path / "other", tmp_path / "truth")


def test_the_truth_is_closed_to_everybody_else(sent: Sent) -> None:
    assert stat.S_IMODE(sent.truth.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in sent.truth.iterdir())


@pytest.fixture
def open_place(sent: Sent) -> Iterator[Path]:
    """A copy in a folder through which everybody may pass, so that only the truth's own mode stands in the way."""
    place = Path(tempfile.mkdtemp(prefix="onefold-truth-"))
    place.chmod(0o755)
    shutil.copytree(sent.truth, place / "truth")
    shutil.copy(sent.truth / "files.parquet", place / "open.parquet")
    (place / "open.parquet").chmod(0o644)
    yield place
    shutil.rmtree(place)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can try as somebody else")
def test_another_user_cannot_open_it(open_place: Path) -> None:
    nobody = pwd.getpwnam("nobody")

    def tries(path: Path) -> subprocess.CompletedProcess[bytes]:
        python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or sys.executable
        return subprocess.run(
            [python, "-c", READS, str(path)], user=nobody.pw_uid, group=nobody.pw_gid, capture_output=True
        )

    assert tries(open_place / "open.parquet").stdout == b"PAR1", "somebody else can run this at all"
    for path in (open_place / "truth" / "files.parquet", *(open_place / "truth" / "contracts.parquet").iterdir()):
        refused = tries(path)
        assert (refused.returncode, b"PermissionError" in refused.stderr) == (1, True)


def test_nothing_of_the_pipeline_speaks_of_the_simulator() -> None:
    sources = [path for name in PIPELINE for path in (ROOT / name).rglob("*.py") if "tests" not in path.parts]
    assert len(sources) > 200
    spoken = [
        str(path.relative_to(ROOT))
        for path in sources
        if "onefold.simulator" in (text := path.read_text(encoding="utf-8"))
        or ".truth" in text
        or "defects.parquet" in text
    ]
    assert spoken == []
