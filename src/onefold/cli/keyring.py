"""The keys at the start: made where nothing has been made with one yet, else there and the right ones, or nothing starts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from onefold.embedded import Connection
from onefold.kernel import keys
from onefold.seam import salts
from onefold.seam.verifying import adopt_all

MADE_WITH = {
    keys.PSEUDONYM: "SELECT EXISTS (SELECT 1 FROM customers_sourcerecord) OR EXISTS (SELECT 1 FROM holdings_contract)",
    keys.VAULT: "SELECT EXISTS (SELECT 1 FROM releases_release)",
    keys.SEARCH: "SELECT EXISTS (SELECT 1 FROM customers_searchtoken)",
    keys.WEBHOOK: "SELECT EXISTS (SELECT 1 FROM webhooks_webhook)",
    keys.WEB: "SELECT EXISTS (SELECT 1 FROM django_session)",
    keys.AUDIT: "SELECT false",
}
"""Whether the database holds anything made with a key, for installations of before keys had marks."""


def ready(found: Mapping[str, Connection], var: Path) -> None:
    """Have every key there; raise `KeyMissing`, `KeyWrong`, `KeyBroken` before anything is made with a wrong one.

    The tables are of this version already. Raw keys of earlier versions become rings.
    """
    from onefold.commands import key_marks
    from onefold.config.databases import connected_as

    secrets = var / "secrets"
    if keys.raw_path(secrets, keys.VAULT).exists():
        adopt_all(var)
    with connected_as(found, "batch"):
        marked = key_marks.marks()
        for purpose in keys.PURPOSES:
            keys.adopt(secrets, purpose)
            if not keys.exists(secrets, purpose):
                if marked[purpose] or anything_made(purpose, var):
                    raise keys.KeyMissing(purpose=purpose)
                keys.begin(secrets, purpose)
        keys.check(secrets, marked)
        key_marks.note_all(secrets, marked)


def anything_made(purpose: str, var: Path) -> bool:
    """Whether there are data made with a key of this purpose, in the database or in the files."""
    from django.db import connection

    from onefold.commands.key_marks import KEEPER
    from onefold.commands.scope import reading

    if purpose in (keys.PSEUDONYM, keys.VAULT) and in_files(var):
        return True
    with reading(KEEPER), connection.cursor() as cursor:
        cursor.execute(MADE_WITH[purpose])
        return bool(cursor.fetchone()[0])


def in_files(var: Path) -> bool:
    """Whether a run has left anything: then pseudonyms and sealed records are there."""
    keys_of_records = (var / "vault" / salts.KEYS_FOLDER).glob("*.parquet")
    return (var / "lake" / "runs" / "LATEST").exists() or any(keys_of_records)
