"""Where this installation lives and how its commands reach Django and the database."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from onefold import embedded
from onefold.embedded import Connection

PORT = 8800
CLOSED = ("secrets", "intake", "vault", "exports", "jobs", "lake", "log")


def home() -> Path:
    return Path(os.environ.get("ONEFOLD_HOME", Path(__file__).resolve().parents[3]))


def var() -> Path:
    """Return the folder of everything this installation keeps, made on first use.

    Others may pass through it (the database may run as a user of its own) but not look; what is inside is closed to them.
    """
    folder = Path(os.environ.get("ONEFOLD_VAR", home() / "var"))
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o711)
        for part in CLOSED:
            (folder / part).mkdir(exist_ok=True, mode=0o700)
    os.environ["ONEFOLD_VAR"] = str(folder)
    return folder


def beside_var(word: str) -> Path:
    """A folder beside `var` that the product itself never opens."""
    return var().with_name(f"{var().name}.{word}")


def simulated_rulebook() -> Path:
    """The rulebook folder of the simulated group: its companies' feeds; everything else is the shipped one."""
    import onefold.simulator

    return Path(onefold.simulator.__file__).parent / "rulebook"


def port() -> int:
    return int(os.environ.get("ONEFOLD_PORT", PORT))


def connections() -> Mapping[str, Connection]:
    """Start or find the database; return one connection a role, with Django set up to use the app's."""
    found = embedded.ensure(var())
    start_django(found)
    return found


def start_django(found: Mapping[str, Connection]) -> None:
    import django

    from onefold.config.databases import handed_to_web

    os.environ.update(handed_to_web(found))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onefold.config.settings")
    django.setup()


def migrate(found: Mapping[str, Connection]) -> None:
    """Bring the tables to this version, as the owner, see to the keys, and have a restore noted in the audit: raises `keys.KeyRefusal` where one is lost or wrong."""
    from onefold.cli import keyring, schema
    from onefold.cli.audit import note_restored
    from onefold.config.databases import connected_as

    with connected_as(found, "owner"):
        schema.migrate()
    keyring.ready(found, var())
    note_restored(found, var())
