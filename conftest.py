"""Shared by all tests: a real PostgreSQL, a migrated template database, a clone of it for whoever changes something.

Tests connect as the app role, in real transactions: row security and COMMIT behave as in production. `as_role("batch")`
is for what jobs do. The cluster lives in memory where there is room, else in var/test, one for each process of tests, and is kept between runs; the template is named by the migrations' hash.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")


def _place_of_tests() -> Path:
    """In memory where there is room (a busy disk makes cloning databases slow), else under var."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 3 * 2**30:
        return MEMORY / f"onefold-test-{os.getuid()}-{hashlib.sha256(str(HERE).encode()).hexdigest()[:8]}"
    return HERE / "var" / "test"


HARBOUR_KEY = bytes.fromhex("e5f3c57a54174702e4b8bf950858f2fbbfa96a4b6245b5386ab827adccc37903")
"""No secret: with this key the lot holds nobody of the forty customers of the stories out."""
VAR = Path(os.environ.get("ONEFOLD_TEST_VAR", _place_of_tests())) / os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ.update(ONEFOLD_VAR=str(VAR), ONEFOLD_DEMO="1", DJANGO_SETTINGS_MODULE="onefold.config.settings")
os.environ.pop("ONEFOLD_DATABASE", None)
os.environ.pop("ONEFOLD_SIGNIN_DATABASE", None)
os.environ.pop("ONEFOLD_RULEBOOK", None)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a process that compiles what it imports starts in 3.4 s, not in 1.0 s
sys.dont_write_bytecode = False
KEPT_ASIDE = "harbour"
"""Harbour Group's release as it was made, beside what tests do to it"""
REQUIRED = set(os.environ.get("ONEFOLD_REQUIRE", "").split(","))


def pytest_configure(config: pytest.Config) -> None:
    import django

    from onefold.kernel import keys

    for purpose in keys.PURPOSES:
        if not keys.exists(VAR / "secrets", purpose):
            keys.begin(VAR / "secrets", purpose)
    keys.write(VAR / "secrets", keys.ring_of(keys.PSEUDONYM, HARBOUR_KEY))
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest. Leave out what is for the night, without a word: it is no test of this run."""
    from tests.longest_first import longest_first

    items[:] = longest_first(items, HERE)
    if os.environ.get("ONEFOLD_NIGHTLY") != "1":
        nightly = [item for item in items if item.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=nightly)
        items[:] = [item for item in items if item not in nightly]


@pytest.fixture(scope="session")
def connections() -> dict[str, object]:
    """One connection per role to the test cluster (fsync off)."""
    from onefold import embedded

    return dict(embedded.ensure(VAR, test=True))


@pytest.fixture(scope="session")
def template(connections: dict[str, object]) -> str:
    """The name of a database with every migration applied and nothing in it."""
    name = f"onefold_template_{_migrations_hash()}"
    _make_once(connections, name, _migrate)
    return name


@pytest.fixture
def database(connections: dict[str, object], template: str) -> Iterator[str]:
    """An empty database of the test's own; Django's connection is the app role on it."""
    with _cloned(connections, template) as name:
        yield name


@pytest.fixture(scope="session")
def harbour_template(connections: dict[str, object]) -> str:
    """The name of a database in which Harbour Group has come through the front gate and is published."""
    name = f"onefold_harbour_{_product_hash()}"
    _make_once(connections, name, lambda: _publish_harbour(connections))
    return name


@pytest.fixture
def harbour(connections: dict[str, object], harbour_template: str) -> Iterator[str]:
    """Harbour Group in a database of the test's own; Django's connection is the app role on it. Its release is the latest."""
    _lay_out_harbour()
    with _cloned(connections, harbour_template) as name:
        yield name


@pytest.fixture
def sign_in() -> Callable[[str], object]:
    """`sign_in("desk")`: a client signed in as one of the demonstration's people (see web/demo_users.py)."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    def signed_in(username: str, **headers: str) -> Client:
        client = Client(headers=headers or None)
        user = get_user_model().objects.get(username=username)
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def new_user(as_role: Callable[[str], object]) -> Callable[..., object]:
    """`new_user("mei", "COUNTER", "HBANK")`: a user made as `onefold user` makes one, by the tables' owner."""
    from django.contrib.auth import get_user_model

    from onefold.domains.organisation.models import UserScope

    def made(
        name: str, role: str, company: str = "", seller: str = "", customer: str = "", password: str = ""
    ) -> object:
        with as_role("owner"):
            user = get_user_model()(username=name, password="!")
            if password:
                user.set_password(password)
            user.save()
            codes = {"company_code": company, "seller_code": seller, "customer_code": customer}
            UserScope.objects.create(user=user, role=role, **codes)
        return user

    return made


@pytest.fixture
def as_role(connections: dict[str, object]) -> Callable[[str], object]:
    """`with as_role("batch"): ...`: the same database as another role, as another process would connect."""

    @contextmanager
    def switched(role: str) -> Iterator[None]:
        from django.db import connection

        before = dict(connection.settings_dict)
        _connect_as(connections, role, before["NAME"])
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(before)

    return switched


@pytest.fixture
def web_environment(connections: dict[str, object], database: str) -> dict[str, str]:
    """What another web process on this test's database is started with."""
    from onefold.config.databases import handed_to_web

    return {**os.environ, **handed_to_web({role: known.to(database) for role, known in connections.items()})}


@pytest.fixture
def settings_of() -> Callable[..., object]:
    """`with settings_of(DEMO=False): ...`"""
    from django.test import override_settings

    return override_settings


def _migrations_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted((HERE / "src").glob("**/migrations/*.py")):
        digest.update(path.read_bytes())
    for path in ("src/onefold/commands/firewall.py", "src/onefold/embedded/roles.py"):
        digest.update((HERE / path).read_bytes())
    return digest.hexdigest()[:12]


def _product_hash() -> str:
    """Of everything that decides what Harbour Group's release holds."""
    digest = hashlib.sha256()
    kinds = {".py", ".yaml", ".csv"}
    for path in sorted(
        [*(HERE / "src").rglob("*"), *(HERE / "examples/harbour/data").rglob("*"), HERE / "conftest.py"]
    ):
        if path.suffix in kinds and not {"web", "tests", "cli"} & set(path.relative_to(HERE).parts[:-1]):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _publish_harbour(connections: dict[str, object]) -> None:
    """What `onefold demo` does, on the database just made: tables, clock, files, run, people."""
    from django.db import connection

    from onefold.cli import demo

    shutil.rmtree(VAR / "lake" / "runs", ignore_errors=True)  # another test's release is not the one before this
    here = {role: known.to(connection.settings_dict["NAME"]) for role, known in connections.items()}
    assert demo.set_up(here, [HERE / "examples/harbour/data"]), "the run of Harbour Group failed; see var/test/log"
    release = (VAR / "lake" / "runs" / "LATEST").read_text()
    shutil.rmtree(VAR / KEPT_ASIDE, ignore_errors=True)
    for part in ("lake", "vault"):
        shutil.copytree(VAR / part / "runs" / release, VAR / KEPT_ASIDE / part / release)
    (VAR / KEPT_ASIDE / "LATEST").write_text(release)


def _lay_out_harbour() -> None:
    """Tests share the files of a worker: what one of them pruned or published is not what the next one follows."""
    release = (VAR / KEPT_ASIDE / "LATEST").read_text()
    for part in ("lake", "vault"):
        place = VAR / part / "runs" / release
        if not place.exists():
            shutil.copytree(VAR / KEPT_ASIDE / part / release, place)
    (VAR / "lake" / "runs" / "LATEST").write_text(release)


def _make_once(connections: dict[str, object], name: str, fill: Callable[[], None]) -> None:
    """Make a template database unless it is there; a half-made one is thrown away."""
    from onefold.embedded import drop_database, prepare_database

    owner = connections["owner"]
    with _administrator(owner) as cursor:
        if cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
    making = f"{name}_making"
    drop_database(owner, making)
    prepare_database(owner, making)
    _connect_as(connections, "owner", making)
    fill()
    from django.db import connection

    connection.close()
    with _administrator(owner) as cursor:
        cursor.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')


def _migrate() -> None:
    from onefold.cli import schema

    schema.migrate()


@contextmanager
def _cloned(connections: dict[str, object], template: str) -> Iterator[str]:
    from django.db import connections as connections_of_django

    name = f"onefold_test_{uuid4().hex[:12]}"
    with _administrator(connections["owner"]) as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    _connect_as(connections, "app", name)
    try:
        yield name
    finally:
        connections_of_django.close_all()
        _drop(connections["owner"], name)


def _drop(owner: object, name: str) -> None:
    """The server waits some seconds for sessions that are ending; it may not be told to end those of other roles."""
    import psycopg

    with _administrator(owner) as cursor:
        for patience in range(4, -1, -1):
            try:
                cursor.execute(f'DROP DATABASE "{name}"')
                return
            except psycopg.errors.ObjectInUse:
                if not patience:
                    raise


@contextmanager
def _administrator(owner: object) -> Iterator[object]:
    import psycopg

    with psycopg.connect(**owner.to("postgres").parameters(), autocommit=True) as session:
        yield session.cursor()


def _connect_as(connections: dict[str, object], role: str, name: str) -> None:
    from django.db import connection
    from django.db import connections as django_connections

    from onefold.config.databases import HANDED, SIGN_IN, database, handed_over

    for place, who in ((connection, role), (django_connections[SIGN_IN], "signin")):
        place.close()
        place.settings_dict.update(database(handed_over(connections[who].to(name))[HANDED]))


def skip_or_fail(what: str, reason: str) -> None:
    """Skip loudly, or fail where ONEFOLD_REQUIRE says that this must run."""
    if what in REQUIRED:
        pytest.fail(f"{what} is required here, but {reason}")
    pytest.skip(f"{what} not tested: {reason}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; skipped loudly where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        skip_or_fail("browser", "there is no Chromium (Debian: apt-get install chromium)")
    return str(path)
