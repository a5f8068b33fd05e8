"""The server's settings, written into `onefold.conf` at each start. An operator's own go into postgresql.auto.conf
(`ALTER SYSTEM`), which wins.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

FILE = "onefold.conf"
REAL, TEST = "real", "test"

EVERY = {
    "listen_addresses": "",
    "password_encryption": "scram-sha-256",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    # No personal data in logs: a failed statement, its parameters and a violated key's value are errors or their details.
    # The caller gets them all; the server's own log keeps starts, stops, crashes and refused logins.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
BY_FLAVOUR = {
    REAL: {
        "max_connections": "100",
        "synchronous_commit": "on",
        # A release of a million customers writes some ten gigabytes of log in one go. A checkpoint each gigabyte would write every
        # page of it to the disk again and again, and whole into the log after each.
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        # A backup's target may be away for as long as it takes to write this much; then the backup begins anew.
        "max_slot_wal_keep_size": "8GB",
    },
    # A test database may be lost with the machine, so it need not wait for the disk. A commit is still handed to the system
    # before it is acknowledged (a tenth slower): `kill -9` of the server must lose nothing here either, or fault tests lie.
    TEST: {
        "max_connections": "60",
        "shared_buffers": "256MB",
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "on",
        # A vacuum at work in a database that a test drops cannot be ended by the owner, who is no superuser.
        "autovacuum": "off",
        "max_slot_wal_keep_size": "1GB",
    },
}


def written(flavour: str, socket_folder: Path) -> str:
    values = {
        **EVERY,
        "shared_buffers": f"{buffers_mb(memory_mb())}MB",
        **BY_FLAVOUR[flavour],
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0777" if is_shared() else "0700",
    }
    lines = [f"{name} = '{value}'" for name, value in values.items()]
    return "\n".join(
        [f"# flavour: {flavour}", "# Written by Onefold at each start; use ALTER SYSTEM instead.", *lines, ""]
    )


def is_shared() -> bool:
    """Whether another account of this machine (the web server's) is to reach the server. A password is asked for in any case."""
    return bool(os.environ.get("ONEFOLD_WEB_SECRETS"))


def buffers_mb(memory: int) -> int:
    """An eighth of the memory, within 256 MB and 2 GB: it is taken as pages are touched, so a small group never takes it."""
    return max(256, min(2048, memory // 8))


def memory_mb() -> int:
    """What this machine, or the container we are in, has; 2 GB where neither says."""
    found = []
    with suppress(OSError, ValueError):
        found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20)
    with suppress(OSError, ValueError):
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text()) // 2**20)
    return min(found, default=2048)


def flavour_of(data: Path) -> str | None:
    """The flavour a data folder was made with; None before its first start."""
    try:
        first = (data / FILE).read_text().splitlines()[0]
    except (OSError, IndexError):
        return None
    return first.removeprefix("# flavour: ")


def socket_folder(folder: Path) -> Path:
    """Short whatever the depth of the checkout: a socket's address holds at most 107 bytes."""
    return Path("/tmp") / f"onefold-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
