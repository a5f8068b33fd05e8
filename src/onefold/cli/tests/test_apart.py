"""The web server under an account of its own: what it can open, and that it serves with that."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest

from onefold import embedded
from onefold.cli import apart

ANOTHER = 4801


@pytest.fixture(scope="module")
def installation():
    """A database of its own and what was handed over, as `up --only jobs` leaves them. In a place that another account reaches."""
    with tempfile.TemporaryDirectory(prefix="of-apart-") as place:
        base = Path(place)
        base.chmod(0o755)
        yield from handed_over_in(base)


def handed_over_in(base: Path):
    var, handed = base / "var", base / "web"
    environment = {
        **os.environ,
        "ONEFOLD_VAR": str(var),
        "ONEFOLD_WEB_SECRETS": str(handed),
        "ONEFOLD_DEMO": "0",
        "ONEFOLD_HOSTS": "127.0.0.1",
    }
    for name in ("ONEFOLD_DATABASE", "ONEFOLD_SIGNIN_DATABASE"):
        environment.pop(name, None)
    handed.mkdir(mode=0o2750)
    if os.getuid() == 0:
        os.chown(handed, 0, ANOTHER)
    words = "from onefold.cli import apart, place\nfound = place.connections()\nplace.migrate(found)\napart.hand_over(found, place.var() / 'secrets', place.var())"
    subprocess.run([sys.executable, "-c", words], env=environment, check=True)
    yield var, handed, environment
    embedded.stop(var, immediately=True)


def runs_as_another() -> bool:
    try:
        return (
            os.getuid() == 0
            and not subprocess.run([sys.executable, "-c", "import django"], user=ANOTHER, group=ANOTHER).returncode
        )
    except OSError:
        return False


def test_what_is_handed_over_are_two_passwords_and_three_keys(installation):
    var, handed, _environment = installation
    secret = json.loads((var / "secrets" / "database.json").read_text())
    text = (handed / apart.CONNECTIONS).read_text()
    assert secret["app"] in text and secret["signin"] in text
    assert not any(secret[role] in text for role in secret if role not in ("app", "signin"))
    assert {path.name for path in handed.iterdir()} == {
        apart.CONNECTIONS,
        *(f"{purpose}.json" for purpose in apart.KEYS),
    }
    for path in handed.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o640, path.name
    assert stat.S_IMODE((var / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((var / "secrets" / "database.json").stat().st_mode) == 0o600


def test_without_anything_handed_over_it_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("ONEFOLD_WEB_SECRETS", str(tmp_path))
    with pytest.raises(apart.WebSecretsMissing, match="--only jobs"):
        apart.take_over()


def test_the_web_server_serves_under_its_own_account_and_reaches_no_other_secret(installation):
    var, _handed, environment = installation
    if not runs_as_another():
        pytest.skip(
            "another account cannot run this Python (or we are not root): `doctor` looks at the folders in any case"
        )
    state = var.parent / "state"
    state.mkdir()
    os.chown(state, ANOTHER, ANOTHER)
    become = {"user": ANOTHER, "group": ANOTHER, "extra_groups": []}
    for secret in ("secrets/database.json", "secrets/vault.json", "secrets/audit.json", "pg/data/PG_VERSION"):
        tried = subprocess.run(["cat", str(var / secret)], capture_output=True, **become)
        assert tried.returncode != 0 and b"ermission denied" in tried.stderr, secret
    port = 18000 + os.getpid() % 2000
    words = [sys.executable, "-m", "onefold", "up", "--only", "web"]
    told = {
        **environment,
        "STATE_DIRECTORY": str(state),
        "ONEFOLD_PORT": str(port),
        "HOME": str(state),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    server = subprocess.Popen(words, env=told, cwd="/", umask=0o007, **become)
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5) as answer:
                    assert answer.status == 200
                    break
            except OSError:
                assert server.poll() is None, (state / "log" / "web.log").read_text()[-2000:]
                time.sleep(0.2)
        else:
            raise AssertionError("the web server does not answer")
        names = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        secret = json.loads((var / "secrets" / "database.json").read_text())
        for pid in (str(server.pid), *names):
            inside = Path(f"/proc/{pid}/environ").read_text()
            assert not any(secret[role] in inside for role in secret if role not in ("app", "signin"))
    finally:
        server.terminate()
        server.wait(30)
