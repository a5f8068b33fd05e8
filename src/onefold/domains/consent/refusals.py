"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class ConsentUnknown(Refusal):
    code = "CONSENT_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such consent.", "zh-Hans": "没有这份同意记录。"}


class ConsentOfAnother(Refusal):
    code = "CONSENT_OF_ANOTHER"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "Only the company that gave the data, or the customer, can take this consent back.",
        "zh-Hans": "只有提供数据的公司或客户本人可以撤回该同意。",
    }


class ConsentAlreadyWithdrawn(Refusal):
    code = "CONSENT_ALREADY_WITHDRAWN"
    kind = Kind.CONFLICT
    sentence = {"en": "This consent was withdrawn before.", "zh-Hans": "该同意已被撤回。"}


class NotTheCustomer(Refusal):
    code = "NOT_THE_CUSTOMER"
    kind = Kind.FORBIDDEN
    sentence = {"en": "Only the customer can say that here.", "zh-Hans": "此处只有客户本人可以表示。"}
