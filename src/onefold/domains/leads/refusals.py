"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class LeadUnknown(Refusal):
    """Also the answer when the lead exists but belongs to somebody else: the two must not be told apart."""

    code = "LEAD_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such lead on your list.", "zh-Hans": "您的列表中没有这条线索。"}


class LeadForbiddenNow(Refusal):
    code = "LEAD_FORBIDDEN_NOW"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This offer may not be made any more ({gates}). Open the lead to see why.",
        "zh-Hans": "当前不得再推荐（{gates}）。请打开线索查看原因。",
    }


class LeadAnsweredBefore(Refusal):
    code = "LEAD_ANSWERED_BEFORE"
    kind = Kind.CONFLICT
    sentence = {"en": "This lead is closed already.", "zh-Hans": "该线索已结案。"}


class OutcomeUnknown(Refusal):
    code = "OUTCOME_UNKNOWN"
    kind = Kind.INVALID
    sentence = {"en": "Choose one of the outcomes offered.", "zh-Hans": "请选择列出的结果之一。"}


class NotUntilNeedsDay(Refusal):
    code = "NOT_UNTIL_NEEDS_DAY"
    kind = Kind.INVALID
    sentence = {
        "en": "Choose a day after today and within {days} days.",
        "zh-Hans": "请选择今天之后、{days} 天以内的日期。",
    }
