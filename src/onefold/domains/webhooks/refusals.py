"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class WebhookUnknown(Refusal):
    """Also for another company's: the two must not be told apart."""

    code = "WEBHOOK_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such webhook.", "zh-Hans": "没有此事件接收地址。"}


class MessageUnknown(Refusal):
    code = "MESSAGE_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such message.", "zh-Hans": "没有此消息。"}


class AddressUnsuitable(Refusal):
    code = "ADDRESS_UNSUITABLE"
    kind = Kind.INVALID
    sentence = {
        "en": "Give an address that begins with https:// and names a host, without user name and without #.",
        "zh-Hans": "请填写以 https:// 开头并包含主机名的地址，不含用户名和 #。",
    }


class TypesUnsuitable(Refusal):
    code = "TYPES_UNSUITABLE"
    kind = Kind.INVALID
    sentence = {"en": "Choose at least one of: {types}.", "zh-Hans": "请至少选择一项：{types}。"}


class SecretShown(Refusal):
    """Also where no key was ever changed: the secret of the registration was shown then."""

    code = "SECRET_SHOWN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This secret was shown once already. If it was lost, register the address anew and end this one.",
        "zh-Hans": "该签名密钥已显示过一次。如已遗失，请重新登记此地址，再停用当前这一条。",
    }


class WebhooksTooMany(Refusal):
    code = "WEBHOOKS_TOO_MANY"
    kind = Kind.CONFLICT
    sentence = {
        "en": "A company may have {most} addresses told. End one first.",
        "zh-Hans": "每家公司最多登记 {most} 个地址，请先停用一个。",
    }


class WebhooksOfCompanies(Refusal):
    code = "WEBHOOKS_OF_COMPANIES"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "Only a company has its own addresses told.",
        "zh-Hans": "只有公司可以登记自己的事件接收地址。",
    }


class MessageUnderWay(Refusal):
    code = "MESSAGE_UNDER_WAY"
    kind = Kind.CONFLICT
    sentence = {"en": "This message is still under way.", "zh-Hans": "该消息仍在投递中。"}
