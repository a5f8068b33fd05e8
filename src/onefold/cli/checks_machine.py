"""The doctor's look at the machine itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from onefold.cli import serving
from onefold.cli.findings import Finding, fail, ok, warn
from onefold.kernel.room import USED_SHARE_MAX

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
DISK_FAIL_BYTES, DISK_WARN_BYTES = 1_000_000_000, 5_000_000_000
OLDEST_JAVA = 17
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    said = ".".join(map(str, version))
    if OLDEST_PYTHON <= version[:2] <= NEWEST_PYTHON:
        return ok("python", f"Python {said}", f"Python {said}")
    return fail(
        "python",
        (f"Python {said} is not supported", f"不支持 Python {said}"),
        ("Use Python 3.11, 3.12 or 3.13.", "请使用 Python 3.11、3.12 或 3.13。"),
    )


def nearest(path: Path) -> Path:
    """The folder itself, or the first one above it that exists: where it would be made."""
    path = path.absolute()
    return next(known for known in (path, *path.parents) if known.exists())


def folder(var: Path) -> Finding:
    """Writing is tried, not computed: read-only mounts and quotas answer the same way."""
    try:
        with tempfile.TemporaryFile(dir=nearest(var)) as file:
            file.write(b"onefold")
    except OSError as error:
        return fail(
            "folder",
            (f"cannot write in {nearest(var)}: {error.strerror}", f"无法写入 {nearest(var)}：{error.strerror}"),
            (
                "Give this user the folder, or set ONEFOLD_VAR to another one.",
                "请授予写权限，或将 ONEFOLD_VAR 设为其他文件夹。",
            ),
        )
    return ok("folder", f"{var} can be written", f"{var} 可写")


def secrets_closed(var: Path) -> Finding:
    """Passwords and keys must be closed to every other account, the web server's own included where it has one."""
    place = var / "secrets"
    paths = [place, *place.glob("*")] if place.is_dir() and os.access(place, os.R_OK) else []
    open_to_others = [path.name for path in paths if path.stat().st_mode & 0o077]
    handed = Path(os.environ["ONEFOLD_WEB_SECRETS"]) if os.environ.get("ONEFOLD_WEB_SECRETS") else None
    if handed and handed.is_dir():
        open_to_others += [str(path) for path in (handed, *handed.glob("*")) if path.stat().st_mode & 0o007]
    if not open_to_others:
        return ok("secrets", "closed to other accounts", "对其他账户关闭")
    return fail(
        "secrets",
        (f"open to other accounts: {', '.join(open_to_others)}", f"对其他账户开放：{', '.join(open_to_others)}"),
        (f"chmod -R go= {place}", f"chmod -R go= {place}"),
    )


def disk(var: Path, free_bytes: int | None = None, used_share: float | None = None) -> Finding:
    """Few bytes left, or little of a large disk: files, database and releases grow together, so the alarm comes early."""
    usage = shutil.disk_usage(nearest(var))
    free = usage.free if free_bytes is None else free_bytes
    used = (usage.total - usage.free) / usage.total if used_share is None else used_share
    said = (
        f"{free / 1e9:.1f} GB free for {var}, {used:.0%} used",
        f"{var} 剩余空间 {free / 1e9:.1f} GB，已用 {used:.0%}",
    )
    if free >= DISK_WARN_BYTES and used <= USED_SHARE_MAX:
        return ok("disk", *said)
    todo = ("Free some space: the database stops when the disk is full.", "请释放空间：磁盘写满后数据库会停止。")
    return fail("disk", said, todo) if free < DISK_FAIL_BYTES else warn("disk", said, todo)


def clock(now: float | None = None) -> Finding:
    """A clock behind the day this program was installed is surely wrong; consents and licences are dated."""
    now = time.time() if now is None else now
    day = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now))
    if now >= Path(__file__).stat().st_mtime - 86_400:
        return ok("clock", day, day)
    return fail(
        "clock",
        (f"the clock says {day}, before this program was installed", f"时钟为 {day}，早于本程序的安装时间"),
        ("Set the clock (timedatectl set-ntp true).", "请校准系统时钟（timedatectl set-ntp true）。"),
    )


def port(number: int, var: Path) -> Finding:
    own = serving.current(var)
    if own:
        return ok(
            "port",
            f"Onefold serves at {own.address} (process {own.pid})",
            f"Onefold 正在 {own.address} 服务（进程 {own.pid}）",
        )
    if serving.is_free(number):
        return ok("port", f"{number} is free", f"{number} 空闲")
    return fail(
        "port",
        (f"{number} is used by another program", f"{number} 已被其他程序占用"),
        ("Stop that program, or set ONEFOLD_PORT.", "请停止该程序，或设置 ONEFOLD_PORT。"),
    )


def chromium() -> Finding:
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found:
        return ok("chromium", found, found)
    return optional(
        "chromium",
        "browser",
        ("not found; browser tests and screenshots are skipped", "未找到；将跳过浏览器测试与截图"),
        ("apt-get install chromium", "apt-get install chromium"),
    )


def java() -> Finding:
    version = java_version()
    if version and version >= OLDEST_JAVA:
        return ok("java", f"Java {version}", f"Java {version}")
    seen = (f"Java {version} is too old", f"Java {version} 版本过旧") if version else ("not found", "未找到")
    return optional(
        "java",
        "spark",
        (f"{seen[0]}; only the Spark engine needs it", f"{seen[1]}；仅 Spark 引擎需要"),
        (
            f"apt-get install default-jre-headless (Java {OLDEST_JAVA} or newer)",
            f"apt-get install default-jre-headless（Java {OLDEST_JAVA}+）",
        ),
    )


def java_version() -> int | None:
    """The major version of `java`; 1.8 counts as 8."""
    try:
        said = subprocess.run(["java", "-version"], capture_output=True, text=True, timeout=20, check=False).stderr
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(match[1]) if match else None


def fonts() -> Finding:
    if not shutil.which("fc-list"):
        return ok("fonts", "not checked (no fontconfig here)", "未检查（无 fontconfig）")
    listed = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False)
    families = sorted({line.split(",")[0].strip() for line in listed.stdout.splitlines() if line.strip()})
    if families:
        return ok("fonts", f"Chinese: {families[0]}", f"中文字体：{families[0]}")
    return warn(
        "fonts",
        (
            "no Chinese font; Chinese shows as boxes in screenshots made here",
            "没有中文字体；本机截图中的中文会显示为方框",
        ),
        ("apt-get install fonts-noto-cjk", "apt-get install fonts-noto-cjk"),
    )


def optional(name: str, requirement: str, said: tuple[str, str], todo: tuple[str, str]) -> Finding:
    """A warning, unless ONEFOLD_REQUIRE names it (CI)."""
    required = requirement in os.environ.get("ONEFOLD_REQUIRE", "").split(",")
    return fail(name, said, todo) if required else warn(name, said, todo)
