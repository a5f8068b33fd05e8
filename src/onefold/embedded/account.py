"""Under whom PostgreSQL runs. It refuses root, so as root we hand it to `postgres`, `nobody`, the owner of a folder on the
way, or - when none of them can enter the folders - to ourselves without our powers, inside a user namespace. The same
namespace lends a name to a user that has none (a container started with any number as its user), which initdb insists on.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onefold.embedded.refusals import ForeignFolder, NoAccount, NoName

ENTER_AND_RUN = 'cd "$1" && exec "$2" --version'


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def run(self, *words: str | Path, **more: Any) -> subprocess.CompletedProcess[Any]:
        """Run a program as this account, from `/`, with an environment that holds nothing of ours (no PG*, no secrets)."""
        become: dict[str, Any] = {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        if "input" not in more:
            more["stdin"] = subprocess.DEVNULL
        return subprocess.run([*self.prefix, *map(str, words)], cwd="/", env=environment, umask=0o077, **become, **more)

    def take(self, path: Path) -> None:
        if path.lstat().st_uid != self.uid:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def take_all(self, folder: Path) -> None:
        """Give a whole folder to this account (a backup restored by root, a home closed later)."""
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                self.take(Path(parent) / name)
        self.take(folder)


def choose(folder: Path, postgres: str) -> Account:
    """The account for the database in `folder` (which may not exist yet; its parent must). Raises a refusal."""
    if os.geteuid() != 0:
        return ourselves(folder, postgres)
    accounts = list(dict.fromkeys(candidates(folder, Path(postgres))))
    for account in accounts:
        if reaches(account, folder.parent, postgres):
            return account
    raise NoAccount(folder=folder, programs=postgres, tried=", ".join(account.name for account in accounts))


def ourselves(folder: Path, postgres: str) -> Account:
    owner = folder.stat().st_uid if folder.exists() else os.geteuid()
    if owner != os.geteuid():
        raise ForeignFolder(folder=folder, owner=owner)
    account = account_of(os.geteuid(), os.getegid())
    if account.prefix and not reaches(account, folder.parent, postgres):
        raise NoName(uid=os.geteuid())
    return account


def candidates(folder: Path, postgres: Path) -> Iterator[Account]:
    """Best first: who owns the database already, the usual accounts, owners of folders on the way, root without powers."""
    data = folder / "data"
    if data.exists():
        yield owner_of(data)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        yield Account(name, entry.pw_uid, entry.pw_gid)
    for path in (*folder.parents, *postgres.parents):
        if path.stat().st_uid != 0:
            yield owner_of(path)
    yield account_of(0, 0)


def owner_of(path: Path) -> Account:
    status = path.stat()
    return account_of(status.st_uid, status.st_gid)


def account_of(uid: int, gid: int) -> Account:
    """A user with a name runs as he is. Root, and users without a name, believe to be another one: their files and rights
    stay their own, but root has no power over others' any more, so that PostgreSQL agrees to run.
    """
    name = name_of(uid)
    if uid and name:
        return Account(name, uid, gid)
    return Account(f"{name or uid} in a user namespace", uid, gid, namespace())


def namespace() -> tuple[str, ...]:
    """Under the name of some user that this machine knows."""
    borrowed = next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid), 1000)
    return ("unshare", "-U", f"--map-user={borrowed}", f"--map-group={borrowed}")


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


def reaches(account: Account, folder: Path, postgres: str) -> bool:
    """Tried, not computed: access lists, mounts, lacking powers and forbidden namespaces all answer the same way."""
    if account.prefix and not shutil.which(account.prefix[0]):
        return False
    try:
        tried = account.run("/bin/sh", "-c", ENTER_AND_RUN, "sh", folder, postgres, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return False
    return tried.returncode == 0
