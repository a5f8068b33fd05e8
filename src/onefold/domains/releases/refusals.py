"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class NothingPublished(Refusal):
    code = "NOTHING_PUBLISHED"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "No release has been published yet. Hand in the companies' files and run once.",
        "zh-Hans": "尚未发布任何版本。请先提交各公司的数据文件并运行一次。",
    }


class ReleaseHalfStaged(Refusal):
    code = "RELEASE_HALF_STAGED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Release {release_id} is not complete: {rooms} not staged. Run again; what is done is not repeated.",
        "zh-Hans": "版本 {release_id} 不完整：{rooms} 尚未就绪。请重新运行，已完成部分不会重复。",
    }


class StagingShort(Refusal):
    code = "STAGING_SHORT"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Of release {release_id} {rows} rows went into {table}, but its manifest says {expected}. Nothing was published.",
        "zh-Hans": "版本 {release_id} 写入 {table} 的行数为 {rows}，而清单记载为 {expected}。未发布任何内容。",
    }


class StagingChanged(Refusal):
    code = "STAGING_CHANGED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "What was staged of release {release_id} is not there as it was: {tables}. Nothing was published; stage it again.",
        "zh-Hans": "版本 {release_id} 的暂存内容与写入时不一致：{tables}。未发布任何内容，请重新暂存。",
    }


class NoEarlierRelease(Refusal):
    code = "NO_EARLIER_RELEASE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "There is no earlier release to go back to.",
        "zh-Hans": "没有可回退的早期版本。",
    }
