"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class CustomerUnknown(Refusal):
    """Also the answer when the customer exists but no fact about them may be seen: the two must not be told apart."""

    code = "CUSTOMER_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such customer.", "zh-Hans": "没有这位客户。"}


class CircumstanceUnknown(Refusal):
    code = "CIRCUMSTANCE_UNKNOWN"
    kind = Kind.INVALID
    sentence = {
        "en": "This cannot be said of a customer, or not of this one. Choose one of the answers offered.",
        "zh-Hans": "不能这样登记该客户的情况。请从所列答案中选择。",
    }


class CircumstanceDayImpossible(Refusal):
    code = "CIRCUMSTANCE_DAY_IMPOSSIBLE"
    kind = Kind.INVALID
    sentence = {
        "en": "The day must not lie in the future, and a risk test must not be older than {months} months.",
        "zh-Hans": "日期不能晚于今天，风险测评结果不得早于{months}个月之前。",
    }


class BirthKnown(Refusal):
    code = "BIRTH_KNOWN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The day of birth is known already. If it is wrong, the company that keeps the record corrects it.",
        "zh-Hans": "客户的出生日期已有记录。如有错误，请由保管该记录的公司更正。",
    }


class AnswerUnknown(Refusal):
    """Also for another's: the two must not be told apart."""

    code = "ANSWER_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such answer of yours.", "zh-Hans": "没有您登记的这条回答。"}


class AnswerUndoTooLate(Refusal):
    code = "ANSWER_UNDO_TOO_LATE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "An answer can be taken back for {minutes} minutes. After that, write down the right one instead.",
        "zh-Hans": "回答只能在{minutes}分钟内撤回；超过时限请登记正确的回答。",
    }


class AnswerTakenBackBefore(Refusal):
    code = "ANSWER_TAKEN_BACK_BEFORE"
    kind = Kind.CONFLICT
    sentence = {"en": "This answer was taken back before.", "zh-Hans": "该回答已被撤回。"}


class LinkUnknown(Refusal):
    code = "LINK_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "The release in force knows no such pair with a record of your company.",
        "zh-Hans": "现行版本中没有涉及贵公司记录的这一对。",
    }


class LinkVerdictUnknown(Refusal):
    code = "LINK_VERDICT_UNKNOWN"
    kind = Kind.INVALID
    sentence = {"en": "Say: one customer, two, or open again.", "zh-Hans": "请选择：同一客户、不同客户，或重新待定。"}


class LinkReasonMissing(Refusal):
    code = "LINK_REASON_MISSING"
    kind = Kind.INVALID
    sentence = {"en": "Say why; it is kept.", "zh-Hans": "请说明理由，理由将被留存。"}
