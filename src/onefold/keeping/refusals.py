"""Why there is no backup, or why it is not brought back, and what to do about it."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class KeepingRefused(Refusal):
    kind = Kind.UNAVAILABLE


class NoTarget(KeepingRefused):
    code = "BACKUP_NO_TARGET"
    sentence = {
        "en": "Nobody said where backups are kept. Name the folder: --to DIR, or ONEFOLD_BACKUP=DIR.",
        "zh-Hans": "未指定备份的存放位置。请用 --to DIR 或 ONEFOLD_BACKUP=DIR 指定文件夹。",
    }


class NoPlaceForKeys(KeepingRefused):
    code = "BACKUP_NO_PLACE_FOR_KEYS"
    sentence = {
        "en": "Nobody said where the keys are kept. They must lie apart from the data: --keys-to DIR, or ONEFOLD_BACKUP_KEYS=DIR. "
        "Without them the vault cannot be opened and every customer gets a new id.",
        "zh-Hans": "未指定密钥的存放位置。密钥须与数据分开存放：用 --keys-to DIR 或 ONEFOLD_BACKUP_KEYS=DIR 指定。"
        "没有密钥，身份信息库无法打开，所有客户都会得到新编号。",
    }


class KeysBesideData(KeepingRefused):
    code = "BACKUP_KEYS_BESIDE_DATA"
    sentence = {
        "en": "{keys} and {data} lie in each other, so that whoever has one has both. Name two places apart.",
        "zh-Hans": "{keys} 与 {data} 互相包含，得到其一即得到全部。请指定两个分开的位置。",
    }


class TargetInside(KeepingRefused):
    code = "BACKUP_TARGET_INSIDE"
    sentence = {
        "en": "{target} lies in {var}, which it is to save. Name a folder on another disk.",
        "zh-Hans": "{target} 位于要备份的 {var} 之内。请指定另一块磁盘上的文件夹。",
    }


class NoBackup(KeepingRefused):
    code = "BACKUP_NONE"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "{target} holds no whole backup{before}.",
        "zh-Hans": "{target} 中没有完整的备份{before}。",
    }


class BackupDamaged(KeepingRefused):
    code = "BACKUP_DAMAGED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Backup {backup} is damaged: {what}. Nothing was restored; take another backup (--backup ID), and see `onefold verify`.",
        "zh-Hans": "备份 {backup} 已损坏：{what}。未恢复任何内容；请改用其他备份（--backup ID），并查看 `onefold verify`。",
    }


class SegmentMissing(KeepingRefused):
    code = "BACKUP_SEGMENT_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The log has a hole: segment {segment} is missing after backup {backup}. Nothing was restored. Bring the file back into "
        "{folder}, or restore to a moment before it: --to-time (no later than {until}).",
        "zh-Hans": "日志不连续：备份 {backup} 之后缺少日志段 {segment}。未恢复任何内容。请将该文件放回 {folder}，"
        "或用 --to-time 恢复到缺口之前（不晚于 {until}）。",
    }


class SegmentDamaged(KeepingRefused):
    code = "BACKUP_SEGMENT_DAMAGED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Segment {segment} of the log is damaged ({what}). Nothing was restored. Bring a good copy into {folder}, or restore to a "
        "moment before it: --to-time (no later than {until}).",
        "zh-Hans": "日志段 {segment} 已损坏（{what}）。未恢复任何内容。请将完好的副本放回 {folder}，"
        "或用 --to-time 恢复到该段之前（不晚于 {until}）。",
    }


class LogEndsEarly(KeepingRefused):
    code = "BACKUP_LOG_ENDS_EARLY"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The log could be read only up to {reached}, but {expected} was on the disk of the backup. Nothing was restored; the last "
        "segment is damaged. Restore to a moment before: --to-time.",
        "zh-Hans": "日志只能读到 {reached}，而备份盘上曾写到 {expected}。未恢复任何内容；最后的日志段已损坏。"
        "请用 --to-time 恢复到此前的时刻。",
    }


class MomentNotReached(KeepingRefused):
    code = "BACKUP_MOMENT_NOT_REACHED"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "The backup does not reach {moment}: {said}",
        "zh-Hans": "备份无法恢复到 {moment}：{said}",
    }


class PlaceTaken(KeepingRefused):
    code = "RESTORE_PLACE_TAKEN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{place} holds an installation ({found}). Restoring never overwrites: name an empty folder (--into DIR or ONEFOLD_VAR), or "
        "move that one aside first.",
        "zh-Hans": "{place} 中已有一套安装（{found}）。恢复操作从不覆盖：请指定空文件夹（--into DIR 或 ONEFOLD_VAR），或先将其移走。",
    }


class KeysMissing(KeepingRefused):
    code = "RESTORE_KEYS_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The keys are not there ({what}). Without them the vault cannot be opened, nobody can be found by name, and every customer "
        "would get a new id. Name the folder they were kept in: --keys-from DIR, or ONEFOLD_BACKUP_KEYS=DIR.",
        "zh-Hans": "找不到密钥（{what}）。没有密钥，身份信息库无法打开，无法按姓名查找，且所有客户都会得到新编号。"
        "请用 --keys-from DIR 或 ONEFOLD_BACKUP_KEYS=DIR 指定其存放文件夹。",
    }


class FilesMissing(KeepingRefused):
    code = "RESTORE_FILES_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The database of that moment refers to {count} files that the backup does not hold or holds altered; the first: {first}. "
        "Nothing was put in place. The files are complete as of {until}: restore with --to-time {until}.",
        "zh-Hans": "该时刻的数据库引用了 {count} 个备份中没有或已被改动的文件，第一个是：{first}。未启用恢复结果。"
        "文件完整的时刻为 {until}：请用 --to-time {until} 恢复。",
    }


class RestoredWrong(KeepingRefused):
    code = "RESTORE_WRONG"
    kind = Kind.CONFLICT
    sentence = {
        "en": "What was restored does not hold: {what}. Nothing was put in place; it lies in {place} to be looked at.",
        "zh-Hans": "恢复结果未通过检查：{what}。未启用；结果留在 {place} 供检查。",
    }
