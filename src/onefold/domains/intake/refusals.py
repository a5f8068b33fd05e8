"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal
from onefold.kernel.room import Outage


class FeedUnknown(Refusal):
    code = "FEED_UNKNOWN"
    kind = Kind.INVALID
    sentence = {
        "en": "No feed of your company takes a file of this name. Choose the feed by hand, or ask for its definition.",
        "zh-Hans": "贵公司没有接收此文件名的数据源。请手动选择数据源，或申请新增定义。",
    }


class FileEmpty(Refusal):
    code = "FILE_EMPTY"
    kind = Kind.INVALID
    sentence = {"en": "The file is empty.", "zh-Hans": "文件为空。"}


class FileTooLarge(Refusal):
    code = "FILE_TOO_LARGE"
    kind = Kind.INVALID
    sentence = {
        "en": "The file is larger than {limit_mb} MB. Send it compressed, or in parts.",
        "zh-Hans": "文件超过 {limit_mb} MB。请压缩或分卷提交。",
    }


class BatchUnknown(Refusal):
    code = "BATCH_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such receipt.", "zh-Hans": "没有这张回执。"}


class FeedNotPaused(Refusal):
    code = "FEED_NOT_PAUSED"
    kind = Kind.CONFLICT
    sentence = {"en": "This feed is not paused.", "zh-Hans": "此数据源未暂停。"}


class CorrectionMisplaced(Refusal):
    code = "CORRECTION_MISPLACED"
    kind = Kind.INVALID
    sentence = {
        "en": "That file of this feed has no rows set aside, so there is nothing to correct. Hand this one in as a file of its own.",
        "zh-Hans": "该文件没有被隔离的行，无需更正。请将此文件作为新文件提交。",
    }


class CorrectionTooLate(Refusal):
    code = "CORRECTION_TOO_LATE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "A newer file of this feed has arrived since. Mend the rows in your next full file instead.",
        "zh-Hans": "此后已收到该数据源更新的文件。请在下一次全量文件中更正这些行。",
    }


class NoSpace(Outage):
    code = "NO_SPACE"
    retry_after_s = 60
    machine_status = 507
    sentence = {
        "en": "There is no space left to keep the file; nothing of it was kept. Send it again when the operator has made room.",
        "zh-Hans": "磁盘空间不足，文件未保存。请在运维人员清理空间后重新提交。",
    }


class FileNameMissing(Refusal):
    code = "FILE_NAME_MISSING"
    kind = Kind.INVALID
    sentence = {"en": "The file has no name.", "zh-Hans": "文件没有名称。"}


class UploadCutOff(Refusal):
    code = "UPLOAD_CUT_OFF"
    kind = Kind.INVALID
    sentence = {
        "en": "The transfer broke off before the end; nothing of it was kept. Send the file again.",
        "zh-Hans": "传输中断，文件未保存。请重新提交。",
    }


class FeedMissing(Refusal):
    code = "FEED_MISSING"
    kind = Kind.NOT_FOUND
    sentence = {"en": "Your company has no feed of this name.", "zh-Hans": "贵公司没有此名称的数据源。"}
