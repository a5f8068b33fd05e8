"""A verdict in plain words, English and Simplified Chinese: what speaks for an offer, what against, what is not known.

Words are rendered when somebody reads, so better wording reaches old verdicts too. Nothing personal is in them.
"""

from __future__ import annotations

from dataclasses import dataclass

from onefold.decision.gates import OF_THE_SELLER, Gate, gates_in, strange_bits


@dataclass(frozen=True, slots=True)
class Why:
    """Sentences for, against and on what is missing; `questions[i]` is the question that would resolve `missing[i]`."""

    for_: list[str]
    against: list[str]
    missing: list[str]
    questions: list[str]


@dataclass(frozen=True, slots=True)
class Words:
    """What one gate has to say in one language. `missing` says what is unknown, `question` what to ask and of whom."""

    for_: str
    against: str
    missing: str
    question: str


def explain(blocked: int, missing: int, score: int, because: str, language: str) -> Why:
    """Say why. `because` is the held series that speaks most for the offer, as it should be shown; empty = none.

    A bit that no gate of this version has (evidence of a newer core) is named by its number, never passed over.
    """
    words = WORDS["zh-Hans" if language.startswith("zh") else "en"]
    unknown = gates_in(missing)
    forbidding = [gate for gate in gates_in(blocked) if gate not in unknown]
    silent = OF_THE_SELLER if Gate.NO_SELLER in forbidding else frozenset()
    passed = [gate for gate in Gate if gate not in unknown and gate not in forbidding and gate not in silent]
    return Why(
        for_=[*popularity(score, because, language), *(words[gate].for_ for gate in passed)],
        against=[words[gate].against for gate in forbidding] + _strange(blocked | missing, language),
        missing=[words[gate].missing for gate in unknown],
        questions=[words[gate].question for gate in unknown],
    )


def popularity(score: int, because: str, language: str) -> list[str]:
    """The sentence on the score in millionths, with one decimal of a percent; none when nobody like the customer holds it."""
    if score <= 0:
        return []
    percent = f"{score // 10_000}.{score // 1_000 % 10}"
    if language.startswith("zh"):
        return [
            f"持有{because}的客户中，{percent}% 也持有该产品系列。"
            if because
            else f"全部有效客户中，{percent}% 持有该产品系列。"
        ]
    if because:
        return [f"Of the customers who hold {because}, {percent}% also hold this series."]
    return [f"Of all active customers, {percent}% hold this series."]


def _strange(mask: int, language: str) -> list[str]:
    text = (
        "有一项本版本不认识的规则（第 {} 位）不允许。"
        if language.startswith("zh")
        else "A rule this version does not know (bit {}) forbids it."
    )
    return [text.format(number) for number in strange_bits(mask)]


_ASK_BIRTH_EN = "When was the customer born? Ask the customer, or the company that keeps the contract."
_ASK_BIRTH_ZH = "客户的出生日期是哪一天？请询问客户本人或保管合同的公司。"

ENGLISH: dict[Gate, Words] = {
    Gate.ALREADY_HELD: Words(
        "The customer does not hold this series yet.",
        "The customer already holds this series.",
        "It is not known whether the customer already holds this series.",
        "Does the customer already hold it? Ask the company that owns the series.",
    ),
    Gate.NO_CONSENT: Words(
        "The customer agreed that the owner company may use the data of the seller's company for offers.",
        "The customer has not agreed that the owner company may use the data of the seller's company for offers.",
        "It is not known whether the customer agreed to the use of the data for offers.",
        "Does the customer agree? Show the current notice and record the answer.",
    ),
    Gate.DO_NOT_CONTACT: Words(
        "The customer has not asked to be left alone.",
        "The customer asked not to be contacted; this holds for every company of the group.",
        "It is not known whether the customer asked not to be contacted.",
        "Did the customer ask to be left alone? Look it up in the list of the group before any contact.",
    ),
    Gate.NOT_ON_SALE: Words(
        "The series is on sale.",
        "The series is not on sale on this day.",
        "It is not known whether the series is on sale on this day.",
        "From when until when is the series on sale? Ask the owner company.",
    ),
    Gate.NO_SELLER: Words(
        "There is a seller who looks after the customer.",
        "There is no seller in force who could make the offer.",
        "It is not known who looks after the customer.",
        "Which seller looks after the customer? Ask the company of the latest contract.",
    ),
    Gate.CHANNEL_NOT_AUTHORISED: Words(
        "The seller's channel may sell this series.",
        "The seller's channel is not authorised to sell this series.",
        "It is not known whether the seller's channel may sell this series.",
        "Is the channel authorised? Ask the cross-selling desk.",
    ),
    Gate.NO_AGENCY_AGREEMENT: Words(
        "The seller's company may sell for the owner company.",
        "No agency agreement in force lets the seller's company sell for the owner company.",
        "It is not known whether an agency agreement between the two companies is in force.",
        "Is there a written agreement in force? Ask the cross-selling desk.",
    ),
    Gate.GRADE_TOO_LOW: Words(
        "The seller's grade is high enough for this series.",
        "The seller's grade is too low for this series.",
        "The seller's grade is not known.",
        "Which grade does the seller have? Ask the company the seller is registered with.",
    ),
    Gate.TOO_YOUNG: Words(
        "The customer is not too young for this series.",
        "The customer is too young for this series, or may be: the month of birth alone does not rule it out.",
        "The customer's date of birth is not known, and the series has a lowest age.",
        _ASK_BIRTH_EN,
    ),
    Gate.TOO_OLD: Words(
        "The customer is not too old for this series.",
        "The customer is too old for this series, or may be: the month of birth alone does not rule it out.",
        "The customer's date of birth is not known, and the series has a highest age.",
        _ASK_BIRTH_EN,
    ),
    Gate.SUPPRESSED: Words(
        "The customer has not put off this series.",
        "The customer asked not to be offered this series before a later day.",
        "It is not known whether the customer put off this series.",
        "Until when does the customer not want to be asked? Look at the last answers.",
    ),
}

CHINESE: dict[Gate, Words] = {
    Gate.ALREADY_HELD: Words(
        "客户尚未持有该产品系列。",
        "客户已持有该产品系列。",
        "不清楚客户是否已持有该产品系列。",
        "客户是否已持有？请询问产品所属公司。",
    ),
    Gate.NO_CONSENT: Words(
        "客户已同意产品所属公司使用销售方公司的数据进行推荐。",
        "客户没有同意产品所属公司使用销售方公司的数据进行推荐。",
        "不清楚客户是否同意将数据用于推荐。",
        "客户是否同意？请出示现行告知书并记录客户的答复。",
    ),
    Gate.DO_NOT_CONTACT: Words(
        "客户没有要求停止联系。",
        "客户要求不再联系，该要求对集团所有公司有效。",
        "不清楚客户是否要求过停止联系。",
        "客户是否要求过停止联系？联系前请查询集团名单。",
    ),
    Gate.NOT_ON_SALE: Words(
        "该产品系列在售。",
        "该产品系列当日不在售。",
        "不清楚该产品系列当日是否在售。",
        "该产品系列的销售期间是什么？请询问产品所属公司。",
    ),
    Gate.NO_SELLER: Words(
        "有业务员负责该客户。",
        "没有在任的业务员可以向客户推荐。",
        "不清楚由谁负责该客户。",
        "哪位业务员负责该客户？请询问最近一份合同所属的公司。",
    ),
    Gate.CHANNEL_NOT_AUTHORISED: Words(
        "业务员所在渠道可以销售该产品系列。",
        "业务员所在渠道没有销售该产品系列的授权。",
        "不清楚业务员所在渠道是否可以销售该产品系列。",
        "该渠道是否已获授权？请询问综合开拓部。",
    ),
    Gate.NO_AGENCY_AGREEMENT: Words(
        "销售方公司可以代理销售产品所属公司的产品。",
        "销售方公司与产品所属公司之间没有有效的代理协议。",
        "不清楚两家公司之间是否有有效的代理协议。",
        "是否有有效的书面协议？请询问综合开拓部。",
    ),
    Gate.GRADE_TOO_LOW: Words(
        "业务员的等级符合该产品系列的要求。",
        "业务员的等级低于该产品系列的要求。",
        "不清楚业务员的等级。",
        "业务员是什么等级？请询问其执业登记的公司。",
    ),
    Gate.TOO_YOUNG: Words(
        "客户年龄不低于该产品系列的下限。",
        "客户年龄低于该产品系列的下限，或仅凭出生月份无法排除这种可能。",
        "不清楚客户的出生日期，而该产品系列有年龄下限。",
        _ASK_BIRTH_ZH,
    ),
    Gate.TOO_OLD: Words(
        "客户年龄不高于该产品系列的上限。",
        "客户年龄高于该产品系列的上限，或仅凭出生月份无法排除这种可能。",
        "不清楚客户的出生日期，而该产品系列有年龄上限。",
        _ASK_BIRTH_ZH,
    ),
    Gate.SUPPRESSED: Words(
        "客户没有推迟过该产品系列。",
        "客户要求在约定日期之前不再推荐该产品系列。",
        "不清楚客户是否推迟过该产品系列。",
        "客户希望到什么时候再联系？请查看最近的答复。",
    ),
}

WORDS: dict[str, dict[Gate, Words]] = {"en": ENGLISH, "zh-Hans": CHINESE}
