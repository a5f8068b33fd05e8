"""The web server under an account of its own (`up --only web`), which can read its own two passwords and three keys, and no other.

Whoever runs the jobs (`up --only jobs`) lays them into the folder ONEFOLD_WEB_SECRETS, readable to the folder's group. The
administrator's, the owner's and the jobs' passwords stay in VAR/secrets, closed to everybody else.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from onefold.embedded import Connection
from onefold.embedded.passwords import replace
from onefold.kernel import keys
from onefold.kernel.refusals import Kind, Refusal

FOLDER = "ONEFOLD_WEB_SECRETS"
CONNECTIONS = "connections.json"
KEYS = (keys.WEB, keys.SEARCH, keys.WEBHOOK)
SHARED = ("intake",)
"""Folders of VAR into which pages write: what people hand in."""


class WebSecretsMissing(Refusal):
    code = "WEB_SECRETS_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Nothing was handed over in {folder}. Set ONEFOLD_WEB_SECRETS for both, and start `onefold up --only jobs` first.",
        "zh-Hans": "{folder} 中没有移交的密钥。请为两个服务都设置 ONEFOLD_WEB_SECRETS，并先启动 `onefold up --only jobs`。",
    }


def folder() -> Path | None:
    said = os.environ.get(FOLDER)
    return Path(said) if said else None


def hand_over(found: Mapping[str, Connection], secrets: Path, shared_in: Path) -> None:
    """Lay into the folder what the web server needs, for its group to read; let the group write what is handed in. Mends at each start."""
    place = folder()
    if place is None:
        return
    place.mkdir(mode=0o2750, parents=True, exist_ok=True)
    group = place.stat().st_gid
    words = {
        role: json.dumps(found[role].parameters() | {"password": found[role].password}) for role in ("app", "signin")
    }
    replace(place / CONNECTIONS, words)
    for purpose in KEYS:
        keys.adopt(secrets, purpose)
        shutil.copyfile(keys.path_of(secrets, purpose), keys.path_of(place, purpose))
    for path in (place / CONNECTIONS, *(keys.path_of(place, purpose) for purpose in KEYS)):
        os.chown(path, -1, group)
        path.chmod(0o640)
    for name in SHARED:
        part = shared_in / name
        for path in (part, *(path for path in part.rglob("*") if path.is_dir())):
            os.chown(path, -1, group)
            path.chmod(0o2770)


def take_over() -> dict[str, str]:
    """Return the environment of the web server: its connections and where its keys are. Raises `WebSecretsMissing`."""
    place = folder()
    try:
        words = json.loads((place / CONNECTIONS).read_text()) if place else {}
        known = {"ONEFOLD_DATABASE": words["app"], "ONEFOLD_SIGNIN_DATABASE": words["signin"]}
    except (OSError, KeyError):
        raise WebSecretsMissing(folder=place or FOLDER) from None
    return known | {"ONEFOLD_SECRETS": str(place)}
