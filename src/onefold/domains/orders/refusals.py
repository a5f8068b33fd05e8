"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class OrderUnknown(Refusal):
    """Also for somebody else's: the two must not be told apart."""

    code = "ORDER_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such order.", "zh-Hans": "没有此订单。"}


class SaleForbiddenNow(Refusal):
    code = "SALE_FORBIDDEN_NOW"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This product may not be sold here and now ({gates}).",
        "zh-Hans": "目前不得在此销售该产品（{gates}）。",
    }


class AdviceMissing(Refusal):
    code = "ADVICE_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This product is proposed only on advice given before. Analyse the customer's needs, give an opinion, then propose anew.",
        "zh-Hans": "该产品须先出具适当性意见方可建议。请先完成需求分析并出具意见，再重新提出建议。",
    }


class AdviceForbids(Refusal):
    code = "ADVICE_FORBIDS"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The opinion says that this product does not suit the customer. It may not be sold.",
        "zh-Hans": "适当性意见认定该产品不适合该客户，不得销售。",
    }


class WarningFirst(Refusal):
    code = "WARNING_FIRST"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The opinion advises against it. Warn the customer of every reason; it may be sold only if the customer insists.",
        "zh-Hans": "适当性意见建议终止。请逐项提示客户；客户确认坚持购买后方可销售。",
    }


class ProductNotOrderable(Refusal):
    code = "PRODUCT_NOT_ORDERABLE"
    kind = Kind.INVALID
    sentence = {"en": "This product cannot be ordered here.", "zh-Hans": "该产品不支持在此订购。"}


class ProductTwice(Refusal):
    code = "PRODUCT_TWICE"
    kind = Kind.INVALID
    sentence = {
        "en": "Choose between one and {most} products, each once.",
        "zh-Hans": "请选择 1 至 {most} 个产品，每个产品只能选一次。",
    }


class ChoiceMissing(Refusal):
    code = "CHOICE_MISSING"
    kind = Kind.INVALID
    sentence = {
        "en": "Say beforehand whether the customer wants all of these products or each by itself.",
        "zh-Hans": "请事先确认客户是要全部购买，还是各自独立购买。",
    }


class AnswersUnfit(Refusal):
    code = "ANSWERS_UNFIT"
    kind = Kind.INVALID
    sentence = {
        "en": "Answer every question within its range: {questions}.",
        "zh-Hans": "请在范围内回答每一个问题：{questions}。",
    }


class BirthDateMissing(Refusal):
    code = "BIRTH_DATE_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The price depends on age, and no birth date is known. Record it first.",
        "zh-Hans": "价格与年龄有关，但尚无出生日期，请先登记。",
    }


class DisclosuresIncomplete(Refusal):
    code = "DISCLOSURES_INCOMPLETE"
    kind = Kind.INVALID
    sentence = {
        "en": "The customer confirms each statement: {missing} still to be confirmed.",
        "zh-Hans": "须由客户逐项确认，尚有 {missing} 项未确认。",
    }


class SignatureMissing(Refusal):
    code = "SIGNATURE_MISSING"
    kind = Kind.INVALID
    sentence = {"en": "The customer signs in person.", "zh-Hans": "须由客户本人签字确认。"}


class PayerNotParty(Refusal):
    code = "PAYER_NOT_PARTY"
    kind = Kind.INVALID
    sentence = {
        "en": "Only the policyholder, the insured or the beneficiary may pay.",
        "zh-Hans": "付款人只能是投保人、被保险人或受益人。",
    }


class NotYetThere(Refusal):
    code = "ORDER_NOT_YET_THERE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "That is not the next step of this order. Look at how it stands now.",
        "zh-Hans": "该订单当前不能进行此操作，请查看最新状态。",
    }


class OverBefore(Refusal):
    code = "ORDER_OVER_BEFORE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The quote or decision ended on {on}. Make a new proposal.",
        "zh-Hans": "报价或核保结论已于 {on} 失效，请重新报价。",
    }


class FreeLookOver(Refusal):
    code = "FREE_LOOK_OVER"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The free-look period ended on {on}. Surrender is a matter for the company that issued the contract.",
        "zh-Hans": "犹豫期已于 {on} 结束。退保请联系签发合同的公司。",
    }


class PartnerMissing(Refusal):
    code = "PARTNER_MISSING"
    kind = Kind.UNAVAILABLE
    sentence = {
        "en": "This company's system is not connected yet. Ask the operator.",
        "zh-Hans": "该公司系统尚未接入，请联系管理员。",
    }
