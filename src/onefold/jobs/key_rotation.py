"""Keys from one to the next: all that was made with an old key is made anew with the current one, while everybody works.

Killed at any moment it is taken up again by the same command: the ring is changed first, and what is renewed is the same however
often it is done. An old key is destroyed by a command of its own, and only when nothing is left that was made with it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing

from onefold.commands import key_marks
from onefold.commands.faultpoint import faultpoint
from onefold.commands.key_marks import KEEPER
from onefold.domains.customers import token_keys
from onefold.domains.webhooks import secret_keys
from onefold.jobs import pipeline
from onefold.kernel import keys
from onefold.kernel.ids import new_id
from onefold.kernel.keys import AUDIT, PSEUDONYM, SEARCH, VAULT, WEB, WEBHOOK, Ring
from onefold.kernel.refusals import Kind, Refusal
from onefold.seam import resealing
from onefold.seam.contracts import Dataset
from onefold.seam.vault import VaultKeys

Told = Callable[[str], None]


class PseudonymKeyStays(Refusal):
    code = "PSEUDONYM_KEY_STAYS"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The pseudonym key cannot be rotated: every customer, contract and decision is named by it, so a new key would be a "
        "second group of strangers. Keep it apart and closed; if it has leaked, see docs/operator.md, Keys.",
        "zh-Hans": "化名密钥不能轮换：客户、合同与每次判定的编号都由它生成，换钥等于全部重来。请妥善隔离保管；"
        "若已泄露，处理办法见 docs/operator.md 的“Keys”一节。",
    }


class KeyInUse(Refusal):
    code = "KEY_IN_USE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The {purpose} key {key_id} is not destroyed: {rows} are left that were made with it. `onefold keys rotate {purpose}` "
        "renews them.",
        "zh-Hans": "未销毁密钥 {key_id}（{purpose}）：仍有 {rows} 条数据由它生成。请先执行 `onefold keys rotate {purpose}`。",
    }


class KeyUnknown(Refusal):
    code = "KEY_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "There is no former {purpose} key {key_id} to destroy; `onefold keys list` names them.",
        "zh-Hans": "没有可销毁的历史密钥 {key_id}（{purpose}）；请用 `onefold keys list` 查看。",
    }


class KeyNotLost(Refusal):
    code = "KEY_NOT_LOST"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The {purpose} key is there and is the right one. To change it: `onefold keys rotate {purpose}`.",
        "zh-Hans": "{purpose} 密钥存在且正确，无需重建。如需更换，请执行 `onefold keys rotate {purpose}`。",
    }


def rotate(purpose: str, told: Told = print) -> None:
    """Make a new key of this purpose and renew all that was made with an older one; a rotation that was cut off is ended first.

    Raises `PseudonymKeyStays`.
    """
    if purpose == PSEUDONYM:
        raise PseudonymKeyStays()
    ring = keys.read(settings.SECRETS, purpose)
    if sum(left(purpose).values()):
        told(f"{purpose}: a rotation to {ring.current.id} was cut off, and goes on")
    else:
        ring = keys.with_new_key(ring)
        keys.write(settings.SECRETS, ring)
        told(f"{purpose}: {ring.current.id} is the current key")
    faultpoint("keys.switched")
    key_marks.note_ring(ring, key_marks.marks()[purpose])
    faultpoint("keys.marked")
    RENEWING[purpose](ring, told)
    for key_id, rows in left(purpose).items():
        told(f"{purpose}: {rows} left on {key_id}")


def left(purpose: str) -> dict[str, int]:
    """Return, by its id, what is left of each former key that can still be used."""
    ring = keys.read(settings.SECRETS, purpose)
    made = made_with(ring)
    return {key.id: made.get(key.id, 0) for key in ring.live[1:]}


def made_with(ring: Ring) -> dict[str, int]:
    """Return how much there is of each key, also of keys that are lost: vault records, search tokens, webhooks, sessions."""
    found: dict[str, int] = {}
    for key_id, rows in COUNTING[ring.purpose](ring).items():
        found[key_id or ring.oldest.id] = found.get(key_id or ring.oldest.id, 0) + rows
    return found


def destroy(purpose: str, key_id: str) -> None:
    """Destroy a former key; no backup that needs it can be read from then on. Raises `KeyUnknown`, `KeyInUse`."""
    ring = keys.read(settings.SECRETS, purpose)
    if key_id not in {key.id for key in ring.live[1:]}:
        raise KeyUnknown(purpose=purpose, key_id=key_id)
    with pipeline.alone():  # no run has in hand what it staged or sealed with the old key
        rows = left(purpose)[key_id]
        if rows:
            raise KeyInUse(purpose=purpose, key_id=key_id, rows=rows)
        key_marks.strike(KEEPER, new_id(), purpose=purpose, key_id=key_id)
        faultpoint("keys.struck")
        keys.write(settings.SECRETS, keys.without(ring, key_id))


def replace_lost(purpose: str, told: Told = print) -> None:
    """After a key was lost for good: a new one, with which everything that can be is made anew. Raises `PseudonymKeyStays`,
    `KeyNotLost`.

    search: all tokens, from the records. webhook: other secrets, which the companies must be told. web: everybody signs in again.
    vault: the next run reads every file again; what older releases hold sealed stays shut.
    """
    if purpose == PSEUDONYM:
        raise PseudonymKeyStays()
    marked = key_marks.marks()[purpose]
    if keys.exists(settings.SECRETS, purpose):
        ring = keys.read(settings.SECRETS, purpose)
        if marked <= {key.id for key in ring.live}:
            raise KeyNotLost(purpose=purpose)
    else:
        ring = keys.begin(settings.SECRETS, purpose)
    for key_id in marked - {key.id for key in ring.live}:
        key_marks.strike(KEEPER, new_id(), purpose=purpose, key_id=key_id)
    key_marks.note_ring(ring, marked)
    if purpose != VAULT:
        RENEWING[purpose](ring, told)
    told(f"{purpose}: {ring.current.id} is the current key")


def _renew_vault(ring: Ring, told: Told) -> None:
    """File by file between runs; the last look is taken with no run at work, so that none leaves a file of the old key behind it."""
    opening = VaultKeys.of_ring(settings.VAR / "vault", ring)
    for folder, dataset in list(resealing.sealed_files(settings.VAR)):
        with pipeline.alone():
            _reseal(folder, dataset, opening, told)
        faultpoint("keys.resealed")
    with pipeline.alone():
        for folder, dataset in resealing.sealed_files(settings.VAR):
            _reseal(folder, dataset, opening, told)
        resealing.drop_kept_readings(settings.VAR, ring.current.id)
    faultpoint("keys.swept")


def _reseal(folder: Path, dataset: Dataset, opening: VaultKeys, told: Told) -> None:
    try:
        if rows := resealing.reseal(folder, dataset, opening):
            told(f"  {folder.name[:8]} {dataset.name}: {rows} records")
    except keys.KeyWrong as lost:
        told(f"  {folder.name[:8]} {dataset.name} stays shut: its key {lost.data['needed']} is lost")


def _renew_search(ring: Ring, told: Told) -> None:
    """Some records at a time while others write; then what is left, alone."""
    after, renewed = "", 0
    while True:
        done = token_keys.renew_some(KEEPER, new_id(), after=after)
        after, renewed = done["after"], renewed + done["tokens"]
        faultpoint("keys.renewed")
        if not after:
            break
    renewed += token_keys.renew_rest(KEEPER, new_id())["tokens"]
    faultpoint("keys.swept")
    told(f"  {renewed} search tokens")


def _renew_webhook(ring: Ring, told: Told) -> None:
    moved = secret_keys.move_secrets(KEEPER, new_id())["webhooks"]
    faultpoint("keys.swept")
    told(f"  {moved} webhooks have a new secret; until the old key is destroyed both sign")


def _renew_web(ring: Ring, told: Told) -> None:
    told("  sessions begun before go on until they run out; restart `onefold up` so that new ones have the new key")


def _renew_audit(ring: Ring, told: Told) -> None:
    told("  heads signed before are verified by the public key that lies beside them; the next ones have the new key")


def _sessions_by_key(ring: Ring) -> dict[str, int]:
    """Sessions that have not run out, by the key that signed them."""
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    found: dict[str, int] = {}
    for signed in Session.objects.filter(expire_date__gt=timezone.now()).values_list("session_data", flat=True):
        for key in ring.live:
            try:
                signing.TimestampSigner(key=key.secret.hex(), fallback_keys=[], salt=SessionStore().key_salt).unsign(
                    signed
                )
            except signing.BadSignature:
                continue
            found[key.id] = found.get(key.id, 0) + 1
            break
    return found


RENEWING: dict[str, Callable[[Ring, Told], None]] = {
    VAULT: _renew_vault,
    SEARCH: _renew_search,
    WEBHOOK: _renew_webhook,
    WEB: _renew_web,
    AUDIT: _renew_audit,
}
COUNTING: dict[str, Callable[[Ring], dict[str, int]]] = {
    VAULT: lambda ring: dict(resealing.records_by_key(settings.VAR)),
    SEARCH: lambda ring: token_keys.tokens_by_key(KEEPER),
    WEBHOOK: lambda ring: secret_keys.webhooks_by_key(KEEPER),
    WEB: _sessions_by_key,
    AUDIT: lambda ring: {},
    PSEUDONYM: lambda ring: {},
}
