"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class ChannelNotYours(Refusal):
    code = "CHANNEL_NOT_YOURS"
    kind = Kind.NOT_FOUND
    sentence = {"en": "Name a channel of your own company.", "zh-Hans": "请指定本公司的渠道。"}


class SellerNotYours(Refusal):
    code = "SELLER_NOT_YOURS"
    kind = Kind.NOT_FOUND
    sentence = {"en": "Name a seller of your own company.", "zh-Hans": "请指定本公司的业务员。"}


class SeriesUnknown(Refusal):
    code = "SERIES_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "The catalogue has no such series.", "zh-Hans": "产品目录中没有该产品系列。"}


class EvidenceUnknown(Refusal):
    """Also for another company's: the two must not be told apart."""

    code = "EVIDENCE_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such decision.", "zh-Hans": "没有此决策。"}
