"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class JournalUnbalanced(Refusal):
    code = "JOURNAL_UNBALANCED"
    kind = Kind.INVALID
    sentence = {
        "en": "The journal does not balance: {minor} minor units of {currency} are left over.",
        "zh-Hans": "凭证借贷不平：{currency} 相差 {minor} 个最小货币单位。",
    }


class JournalEmpty(Refusal):
    code = "JOURNAL_EMPTY"
    kind = Kind.INVALID
    sentence = {
        "en": "A journal has at least two postings, none of them zero.",
        "zh-Hans": "凭证至少两笔分录，且金额均不为零。",
    }


class OperationReused(Refusal):
    code = "OPERATION_REUSED"
    kind = Kind.INVALID
    sentence = {
        "en": "This operation id booked something else before.",
        "zh-Hans": "该业务编号已用于另一笔凭证。",
    }


class PeriodClosed(Refusal):
    code = "PERIOD_CLOSED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The month is closed: nothing can be booked in it any more.",
        "zh-Hans": "该月已结账，不能再入账。",
    }


class PeriodNotOver(Refusal):
    code = "PERIOD_NOT_OVER"
    kind = Kind.CONFLICT
    sentence = {"en": "The month is not over yet.", "zh-Hans": "该月尚未结束。"}


class AccountOverdrawn(Refusal):
    code = "ACCOUNT_OVERDRAWN"
    kind = Kind.CONFLICT
    sentence = {"en": "There is not so much on the account.", "zh-Hans": "账户余额不足。"}


class JournalUnknown(Refusal):
    code = "JOURNAL_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such journal.", "zh-Hans": "没有这张凭证。"}


class ReversedBefore(Refusal):
    code = "REVERSED_BEFORE"
    kind = Kind.CONFLICT
    sentence = {"en": "This journal has been reversed already.", "zh-Hans": "该凭证已冲销。"}
