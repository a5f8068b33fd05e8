"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class RiskLevelUnknown(Refusal):
    code = "RISK_LEVEL_UNKNOWN"
    kind = Kind.INVALID
    sentence = {"en": "The result of a risk test is one of C1 to C5.", "zh-Hans": "风险测评结果须为C1至C5之一。"}


class TooManyRiskTests(Refusal):
    code = "TOO_MANY_RISK_TESTS"
    kind = Kind.CONFLICT
    sentence = {
        "en": "A customer takes at most {per_day} risk tests a day and {per_year} in 12 months, over the whole group.",
        "zh-Hans": "同一客户在集团内每日最多测评{per_day}次，12个月内最多{per_year}次。",
    }


class RiskTestUnknown(Refusal):
    code = "RISK_TEST_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such risk test of your company.", "zh-Hans": "本公司没有这次风险测评。"}


class NothingToConfirm(Refusal):
    code = "NOTHING_TO_CONFIRM"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This result does not wait for confirmation: it was confirmed, never differed, has run out, or a newer one came.",
        "zh-Hans": "该测评结果无须确认：已确认、与原结果一致、已失效，或已有更新的测评。",
    }


class NeedUnknown(Refusal):
    code = "NEED_UNKNOWN"
    kind = Kind.INVALID
    sentence = {
        "en": "Name at least one need, needs and cover as lines of business of the catalogue, and a budget that is not negative.",
        "zh-Hans": "请至少选择一项需求；需求与已有保障须为产品目录中的业务种类，预算不得为负。",
    }


class SeriesNotInCatalogue(Refusal):
    code = "SERIES_NOT_IN_CATALOGUE"
    kind = Kind.NOT_FOUND
    sentence = {"en": "The catalogue has no such series.", "zh-Hans": "产品目录中没有该产品系列。"}


class NeedsNotAnalysed(Refusal):
    code = "NEEDS_NOT_ANALYSED"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Analyse the customer's needs and means first: nothing may be recommended before, and an analysis counts {days} days.",
        "zh-Hans": "请先分析客户的需求与支付能力：未分析前不得推荐，分析结果{days}天内有效。",
    }


class OpinionUnknown(Refusal):
    code = "OPINION_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such opinion of your company.", "zh-Hans": "本公司没有这份适当性意见。"}


class InsistingNotPossible(Refusal):
    code = "INSISTING_NOT_POSSIBLE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Only against advice to stop can a customer insist, once and while it counts. What does not suit is not sold.",
        "zh-Hans": "仅对“建议停止”的意见，客户可在有效期内坚持一次；不适当的产品不得销售。",
    }


class WarningNotGiven(Refusal):
    code = "WARNING_NOT_GIVEN"
    kind = Kind.INVALID
    sentence = {
        "en": "Read every reason to the customer first, and confirm that it is the customer's own will.",
        "zh-Hans": "请先向客户逐条说明理由，并确认这是客户本人的意愿。",
    }
