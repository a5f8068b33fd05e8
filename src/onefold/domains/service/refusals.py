"""What is refused here, in both languages."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class ReassignmentUnknown(Refusal):
    code = "REASSIGNMENT_UNKNOWN"
    kind = Kind.INVALID
    sentence = {
        "en": "One of these contracts is not among those your company has to tell of. Load the page again.",
        "zh-Hans": "所选保单中有的不在贵公司的告知清单内，请重新打开页面。",
    }


class NoticeDayImpossible(Refusal):
    code = "NOTICE_DAY_IMPOSSIBLE"
    kind = Kind.INVALID
    sentence = {
        "en": "Holders were told between the day the seller left and today.",
        "zh-Hans": "告知日期应在业务员离职之日至今天之间。",
    }


class NoticeWayUnknown(Refusal):
    code = "NOTICE_WAY_UNKNOWN"
    kind = Kind.INVALID
    sentence = {"en": "Choose how they were told.", "zh-Hans": "请选择告知方式。"}
