"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class StillInFreeLook(Refusal):
    code = "STILL_IN_FREE_LOOK"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The free-look period runs until {until}; nothing is earned before.",
        "zh-Hans": "犹豫期至 {until}，此前费用不归属。",
    }


class SaleUnknown(Refusal):
    code = "SALE_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such sale in the settlement.", "zh-Hans": "结算中没有这笔销售。"}


class MonthStillOpen(Refusal):
    code = "MONTH_STILL_OPEN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The month must be closed in the ledger before it is settled.",
        "zh-Hans": "须先在账簿中结账，方可结算该月。",
    }


class EarlierMonthOpen(Refusal):
    code = "EARLIER_MONTH_OPEN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "{month} is not settled yet; months are settled in order.",
        "zh-Hans": "{month} 尚未结算；须按月依次结算。",
    }


class StatementUnknown(Refusal):
    code = "STATEMENT_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such statement for you.", "zh-Hans": "没有可供您查看的该结算单。"}


class NotYoursToClose(Refusal):
    code = "NOT_YOURS_TO_CLOSE"
    kind = Kind.FORBIDDEN
    sentence = {"en": "Only the group's desk closes a month.", "zh-Hans": "仅集团综合开拓部可以结账。"}
