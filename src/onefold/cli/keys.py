"""`onefold keys`: which keys there are, what was made with them, and how one becomes another."""

from __future__ import annotations

import argparse
from typing import Any

from onefold.cli import place
from onefold.kernel import keys as rings

UNITS = {
    rings.PSEUDONYM: "named by it: everything",
    rings.VAULT: "sealed records and kept readings",
    rings.SEARCH: "search tokens",
    rings.WEBHOOK: "webhooks",
    rings.WEB: "sessions",
    rings.AUDIT: "heads of the audit to renew",
}


def keys(words: list[str]) -> int:
    """List, rotate, verify, destroy or - after a loss - replace the installation's keys."""
    parser = argparse.ArgumentParser(prog="onefold keys", description=keys.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="every key: id, since when, its state, and how much was made with it")
    commands.add_parser("verify", help="are all keys there and the right ones, and is nothing left on a former one")
    for word, meaning in (
        (
            "rotate",
            "a new key, and everything made anew with it while all goes on; run again, it ends what was cut off",
        ),
        ("replace", "after a key was lost for good: a new one, and made anew what can be"),
    ):
        one = commands.add_parser(word, help=meaning)
        one.add_argument("purpose", choices=rings.PURPOSES)
    destroyed = commands.add_parser("destroy", help="a former key, once nothing is left that was made with it")
    destroyed.add_argument("purpose", choices=rings.PURPOSES)
    destroyed.add_argument("key", help="its id")
    asked = parser.parse_args(words)
    if asked.command == "replace" and asked.purpose == rings.WEB:
        rings.begin(place.var() / "secrets", rings.WEB)  # without one not even this command runs
    found = place.connections()
    from onefold.config.databases import connected_as

    with connected_as(found, "batch"):
        return int(DOING[asked.command](asked))


def show(asked: Any) -> int:
    from onefold.commands.key_marks import KEEPER
    from onefold.domains.webhooks.secret_keys import secrets_waiting
    from onefold.jobs.key_rotation import made_with

    for purpose in rings.PURPOSES:
        ring = rings.read(place.var() / "secrets", purpose)
        made = made_with(ring)
        for key in ring.keys:
            many = UNITS[purpose] if purpose == rings.PSEUDONYM else f"{made.get(key.id, 0):,} {UNITS[purpose]}"
            print(f"{purpose:<10} {key.id}  {key.state:<9}  {key.created or 'before keys had ids':<25}  {many}")
        for key_id in sorted(made.keys() - {key.id for key in ring.keys}):
            print(f"{purpose:<10} {key_id}  LOST       {made[key_id]:,} {UNITS[purpose]}")
    if waiting := secrets_waiting(KEEPER):
        print(f"{rings.WEBHOOK:<10} {waiting:,} webhooks have a new secret that their company has not fetched yet")
    return 0


def verify(asked: Any) -> int:
    from onefold.commands import key_marks
    from onefold.jobs.key_rotation import left, made_with

    secrets = place.var() / "secrets"
    rings.check(secrets, key_marks.marks())
    wrong = 0
    for purpose in rings.PURPOSES:
        ring = rings.read(secrets, purpose)
        rows = sum(left(purpose).values())
        lost = made_with(ring).keys() - {key.id for key in ring.live}
        wrong += rows + len(lost)
        print(f"{purpose:<10} {ring.current.id} is there and is the right one; {rows} left on former keys")
        for key_id in sorted(lost):
            print(f"{purpose:<10} {key_id} is not there, and there are {UNITS[purpose]} made with it")
    return 1 if wrong else 0


def rotate(asked: Any) -> int:
    from onefold.jobs import key_rotation

    key_rotation.rotate(asked.purpose)
    return 1 if asked.purpose != rings.WEB and sum(key_rotation.left(asked.purpose).values()) else 0


def destroy(asked: Any) -> int:
    from onefold.jobs import key_rotation

    key_rotation.destroy(asked.purpose, asked.key)
    print(f"{asked.purpose}: {asked.key} is destroyed. Backups from before its rotation cannot be read without it.")
    return 0


def replace(asked: Any) -> int:
    from onefold.jobs import key_rotation

    key_rotation.replace_lost(asked.purpose)
    return 0


DOING = {"list": show, "verify": verify, "rotate": rotate, "destroy": destroy, "replace": replace}
