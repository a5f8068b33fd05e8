"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


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
