"""The doctor's look at the backups: is there a target, and is what succeeded last young enough."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from onefold.cli.findings import Finding, fail, ok, warn
from onefold.keeping import state
from onefold.keeping.limits import limits

SAID = {
    "BACKUP_TOO_OLD": ("the last good base backup is {backup}", "最近一次成功的基础备份：{backup}"),
    "LOG_TOO_OLD": ("the log in the backup is {log}", "备份中的日志：{log}"),
    "FILES_TOO_OLD": ("the files in the backup are {files}", "备份中的文件：{files}"),
    "DRILL_TOO_OLD": ("the last good drill is {drill}", "最近一次成功的恢复演练：{drill}"),
    "FILE_ALTERED": ("a received file is not what its name says", "有收到的文件与其名称（哈希值）不符"),
}
TODO = (
    "See var/log/keeping.log; `onefold up` with ONEFOLD_BACKUP keeps log and files, `onefold drill` practises. docs/backup.md",
    "请查看 var/log/keeping.log；设置 ONEFOLD_BACKUP 后 `onefold up` 会持续备份，`onefold drill` 用于演练。见 docs/backup.md",
)


def examine(var: Path) -> Finding:
    """Ages against the rulebook's limits of today. A drill or backup that never was is too old."""
    given = os.environ.get("ONEFOLD_RULEBOOK")
    found = state.status(var, limits(Path(given) if given else None, datetime.now(UTC).date()))
    if not found.target:
        return warn(
            "backup",
            ("nobody ever backed this installation up", "本系统从未备份"),
            ("Set ONEFOLD_BACKUP and ONEFOLD_BACKUP_KEYS: docs/backup.md", "请设置 ONEFOLD_BACKUP 与 ONEFOLD_BACKUP_KEYS：见 docs/backup.md"),
        )  # fmt: skip
    ages = {
        "backup": found.backup_age_s,
        "log": found.log_age_s,
        "files": found.files_age_s,
        "drill": found.drill_age_s,
    }
    english = {name: aged(age, ("there was none", "{} old")) for name, age in ages.items()}
    chinese = {name: aged(age, ("从未有过", "{} 之前")) for name, age in ages.items()}
    if not found.alarms:
        return ok("backup", f"in {found.target}, {english['backup']}; log {english['log']}", f"位于 {found.target}，{chinese['backup']}；日志 {chinese['log']}")  # fmt: skip
    said = (
        "; ".join(SAID[alarm][0].format(**english) for alarm in found.alarms),
        "；".join(SAID[alarm][1].format(**chinese) for alarm in found.alarms),
    )
    only_practice = set(found.alarms) == {"DRILL_TOO_OLD"}
    return warn("backup", said, TODO) if only_practice else fail("backup", said, TODO)


def aged(age_s: float | None, words: tuple[str, str]) -> str:
    if age_s is None:
        return words[0]
    size = (
        f"{age_s:.0f} s" if age_s < 120 else f"{age_s / 3600:.1f} h" if age_s < 172_800 else f"{age_s / 86_400:.1f} d"
    )
    return words[1].format(size)
