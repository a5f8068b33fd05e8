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


class RunBroke(Refusal):
    """What no rule foresaw: a mistake in the program, for the log."""

    code = "RUN_BROKE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "An unexpected error; see the log of jobs.",
        "zh-Hans": "发生意外错误，详见后台任务日志。",
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


class RunCutOff(Refusal):
    code = "RUN_CUT_OFF"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "The run was cut off again and again and is not begun once more by itself. Nothing of it was published, and "
        "what was received is kept. Look into the logs of the worker and of analytics, then run again.",
        "zh-Hans": "本次运行多次中断，系统不再自动重试。未发布任何内容，已接收的文件均已保留。请查看 worker 与 analytics 日志，排除原因后重新运行。",
    }


class NoEarlierRelease(Refusal):
    code = "NO_EARLIER_RELEASE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "There is no earlier release to go back to.",
        "zh-Hans": "没有可回退的早期版本。",
    }


class ReleaseNotExamined(Refusal):
    """Nothing becomes active that was not compared with the release in force at that very time."""

    code = "RELEASE_NOT_EXAMINED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Release {release_id} was not compared with the release in force. Run again; what is done is not repeated.",
        "zh-Hans": "版本 {release_id} 尚未与现行版本核对。请重新运行，已完成部分不会重复。",
    }


class ReleaseHeld(Refusal):
    code = "RELEASE_HELD"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Release {release_id} is held: it would lose more facts than is plausible. Two persons let it pass, or one drops it.",
        "zh-Hans": "版本 {release_id} 已暂缓发布：其事实降幅超出合理范围。须由两人放行，或由一人作废。",
    }


class HoldMissing(Refusal):
    code = "HOLD_MISSING"
    kind = Kind.NOT_FOUND
    sentence = {"en": "No release is held under this number.", "zh-Hans": "没有以此编号暂缓的版本。"}


class HoldEnded(Refusal):
    code = "HOLD_ENDED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This release is held no more: it was passed, dropped, or a newer one took its place. Reload the page.",
        "zh-Hans": "该版本已不再暂缓：已放行、已作废，或已被更新的版本取代。请刷新页面。",
    }


class NotAJudge(Refusal):
    code = "NOT_A_JUDGE"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "A held release is judged by the cross-selling desk or a data steward who sees all that fell.",
        "zh-Hans": "暂缓的版本由能看到全部减少内容的综合开拓部或数据管理员裁定。",
    }


class SecondPersonMissing(Refusal):
    code = "SECOND_PERSON_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "You have approved this release already. A second person must look at it.",
        "zh-Hans": "您已同意放行该版本，须由另一人复核。",
    }


class WhyMissing(Refusal):
    code = "WHY_MISSING"
    kind = Kind.INVALID
    sentence = {
        "en": "Say why: whoever comes after you must be able to understand it.",
        "zh-Hans": "请说明理由，以便后来者理解。",
    }


class RestoreInstead(Refusal):
    """Published before changes were kept: pointing back alone would show old figures over new facts."""

    code = "RESTORE_INSTEAD"
    kind = Kind.CONFLICT
    sentence = {
        "en": "What this release changed in the facts was not kept, so it cannot be taken back. Restore the moment before it: onefold restore --to-time {at}",
        "zh-Hans": "该版本对数据的改动未被保留，无法撤回。请恢复到其启用之前：onefold restore --to-time {at}",
    }
