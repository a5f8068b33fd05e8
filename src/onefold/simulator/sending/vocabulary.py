"""What each company calls things: headers, codes and dates of its own. Nothing here is shared between two of them but by chance.

A header is looked up as `list.field` first, then as `field`; a field without a header is not kept by that company.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Codes = dict[str, str]
"""Our code → theirs."""


@dataclass(frozen=True)
class Vocabulary:
    """One company's words. `day`: how it writes a date; `last_day`: its ends are the last day inside, not the first outside;
    `grouped`: amounts as 1,234.50; `endless`: what stands for no end in its contracts."""

    day: str
    headers: dict[str, str]
    codes: dict[str, Codes]
    last_day: bool = False
    grouped: bool = False
    endless: str = ""
    days: dict[str, str] = field(default_factory=dict)
    """`list.field` → another way to write that date."""

    def header(self, list_: str, name: str) -> str | None:
        return self.headers.get(f"{list_}.{name}", self.headers.get(name))

    def codes_of(self, list_: str, name: str) -> Codes | None:
        return self.codes.get(f"{list_}.{name}", self.codes.get(name))

    def day_of(self, list_: str, name: str) -> str:
        return self.days.get(f"{list_}.{name}", self.day)


def _named(fields: str, headers: str) -> dict[str, str]:
    return {name: header for name, header in zip(fields.split(), headers.split(), strict=True) if header != "-"}


_CUSTOMER = "source_key kind name sex born_on id_type id_number phone email address region"
_CONTRACT = "contract_no product status contracts.valid_from contracts.valid_until channel seller premium_minor"
_CONSENT = "to_company purpose categories notice_version valid_from valid_until"
_TIE = "other_source_key relations.kind"
_CONTACT = (
    "contact_no past_contacts.series direction past_contacts.happened_on past_contacts.outcome past_contacts.campaign"
)
_MEMBER = "campaign campaign_members.series arm assigned_on treated_share_ppm"
_BLOCK = "contact_blocks.valid_from contact_blocks.valid_until"
_CLAIM = "claim_no happened_on reported_on settled_on claimed_minor paid_minor outcome"
_ALL = f"{_CUSTOMER} {_CONTRACT} {_CONSENT} {_TIE} {_CONTACT} {_MEMBER}"

_TOLD = "circumstances.kind circumstances.value told_on"
_TOLD_KINDS = "RISK_LEVEL INCOME STATUS CAPACITY PROFILING"
_TOLD_VALUES = "1 2 3 4 5 B1 B2 B3 B4 B5 ACTIVE DECEASED CLOSED IN_LIQUIDATION FULL LIMITED NONE ALLOWED REFUSED"

_CHANNELS = (
    "HLIFE.AGENTS HPC.AGENTS HPC.TELEPHONE HHEALTH.ONLINE HPENSION.DIRECT HBANK.BRANCH HBANK.ONLINE HSEC.BRANCH "
    "HFUND.ONLINE HTRUST.ADVISERS"
)
_COMPANIES = "HLIFE HPC HHEALTH HPENSION HBANK HSEC HFUND HTRUST"
_ID_TYPES = "RESIDENT_ID PASSPORT CREDIT_CODE TRAVEL_PERMIT RESIDENCE_PERMIT OTHER"
_STATUS = "IN_FORCE LAPSED CANCELLED EXPIRED SURRENDERED"
_TIES = "SPOUSE PARENT CHILD SIBLING SAME_HOUSEHOLD"
_OUTCOMES = "NOT_REACHED DECLINED LATER ACCEPTED"
_CLAIM_OUTCOMES = "OPEN PAID PARTLY_PAID DECLINED"
_PURPOSES, _KINDS, _SEXES, _WAYS = "MARKETING SERVICE", "PERSON ORGANISATION", "F M", "OUTBOUND INBOUND"
_ARMS = "CONTACT CONTROL HOLDOUT"

_CHINESE = {
    "kind": _named(_KINDS, "个人 企业"),
    "sex": _named(_SEXES, "女 男"),
    "id_type": _named(_ID_TYPES, "身份证 护照 统一社会信用代码 港澳台通行证 居住证 其他证件"),
    "status": _named(_STATUS, "有效 失效 退保 满期 解约"),
    "purpose": _named(_PURPOSES, "营销 服务"),
    "relations.kind": _named(_TIES, "配偶 父母 子女 兄弟姐妹 同住人"),
    "direction": _named(_WAYS, "外呼 来访"),
    "past_contacts.outcome": _named(_OUTCOMES, "未接通 拒绝 再联系 接受"),
    "arm": _named(_ARMS, "触达 对照 保留"),
    "outcome": _named(_CLAIM_OUTCOMES, "处理中 已赔付 部分赔付 拒赔"),
}
_NUMBERED = {
    "kind": _named(_KINDS, "1 2"),
    "sex": _named(_SEXES, "2 1"),
    "id_type": _named(_ID_TYPES, "01 03 20 05 06 99"),
    "status": _named(_STATUS, "1 4 3 2 5"),
    "purpose": _named(_PURPOSES, "M S"),
    "relations.kind": _named(_TIES, "1 2 3 4 5"),
    "direction": _named(_WAYS, "O I"),
    "past_contacts.outcome": _named(_OUTCOMES, "0 1 2 3"),
    "arm": _named(_ARMS, "T C H"),
    "outcome": _named(_CLAIM_OUTCOMES, "10 20 21 30"),
}

HLIFE = Vocabulary(
    day="%Y-%m-%d",
    endless="9999-12-31",
    headers=_named(
        _ALL,
        "customer_no - name sex birth_date id_type id_no mobile email address district "
        "policy_no plan status effective_date end_date channel agent annual_premium "
        "to_company purpose categories notice given_on ends_on relative_no relative_is "
        "call_no offered direction called_on result campaign campaign offered arm drawn_on share_treated_ppm",
    )
    | _named(_CLAIM, "claim_no event_date notified_date decided_date claimed paid decision")
    | _named(_BLOCK, "refused_from refused_until")
    | _named(_TOLD, "subject statement stated_on"),
    codes={
        "circumstances.kind": _named(_TOLD_KINDS, "risk income person capacity profiling"),
        "circumstances.value": _named(
            _TOLD_VALUES,
            "R1 R2 R3 R4 R5 <=50k <=100k <=200k <=500k <=2m active deceased closed liquidation full limited none yes no",
        ),
        "id_type": _named(_ID_TYPES, "I P C T R O"),
        "product": {
            "HLIFE.TERM.STD": "TL10", "HLIFE.TERM.PLUS": "TL20", "HLIFE.WHOLE.STD": "WL20", "HLIFE.ANNUITY.STD": "AN30",
            "HLIFE.CI.STD": "CI40",
        },
        "status": {
            "IN_FORCE": "in force", "LAPSED": "lapsed", "CANCELLED": "cancelled", "EXPIRED": "matured",
            "SURRENDERED": "surrendered",
        },
        "channel": _named(_CHANNELS, "AGT PCA PCT HON PEN BANK BON SEC FON TRU"),
        "past_contacts.outcome": {
            "NOT_REACHED": "no answer", "DECLINED": "no", "LATER": "call again", "ACCEPTED": "yes",
        },
        "outcome": {"OPEN": "open", "PAID": "paid", "PARTLY_PAID": "part paid", "DECLINED": "declined"},
        "direction": _named(_WAYS, "out in"),
        "arm": _named(_ARMS, "contact control holdout"),
    },
)  # fmt: skip
HPC = Vocabulary(
    day="%Y/%m/%d",
    last_day=True,
    headers=_named(
        _ALL,
        "客户号 客户类型 姓名 性别 出生日期 证件类型 证件号码 手机 - 地址 区域 "
        "保单号 险种 状态 起保日期 终保日期 业务来源 业务员 保费 "
        "接收方 用途 类别 告知书版本 同意日期 截止日期 关系人客户号 关系 "
        "联系流水号 推荐产品 方向 联系日期 结果 活动 活动代码 推荐产品 组别 分组日期 触达比例",
    )
    | _named(_CLAIM, "赔案号 出险日期 报案日期 结案日期 索赔金额 赔付金额 结论")
    | _named(_BLOCK, "拒绝起始日 拒绝截止日"),
    codes=_CHINESE
    | {
        "product": {
            "HPC.MOTOR.STD": "0501", "HPC.MOTOR.PLUS": "0502", "HPC.ACCIDENT.STD": "0602", "HPC.HOME.STD": "0701",
            "HPC.LIABILITY.STD": "0803",
        },
        "channel": _named(_CHANNELS, "寿险 代理人 电话 健康险线上 养老直销 银行网点 网上银行 证券营业部 基金线上 信托"),
        "to_company": _named(_COMPANIES, "海港人寿 海港产险 海港健康险 海港养老险 海港银行 海港证券 海港基金 海港信托"),
    },
)  # fmt: skip
HHEALTH = Vocabulary(
    day="%Y%m%d",
    headers=_named(
        _ALL,
        "member_id member_type full_name gender dob cert_type cert_no phone email - district "
        "certificate plan state start end channel agent premium "
        "recipient purpose scope notice from until related_id relationship "
        "contact_id product way date answer campaign campaign_id product arm assigned share",
    )
    | _named(_CLAIM, "claim_id occurred reported closed claimed paid state"),
    codes=_NUMBERED
    | {"product": {"HHEALTH.MEDICAL.STD": "MED", "HHEALTH.MEDICAL.PLUS": "MED+", "HHEALTH.GROUP.STD": "GRP"}},
)
HPENSION = Vocabulary(
    day="%Y.%m.%d",
    headers=_named(
        _ALL,
        "客户编号 类别 名称 - - 证件种类 证件号码 联系电话 电子邮箱 通讯地址 地区 "
        "合同号 计划 状态 生效日 终止日 渠道 经办人 年缴费 "
        "接收公司 用途 数据类别 告知书 起始日 截止日 亲属编号 亲属关系 "
        "联系编号 产品 方向 日期 反馈 活动 活动 产品 分组 分组日 触达概率",
    )
    | _named(_CLAIM, "给付号 发生日 申请日 办结日 申请金额 给付金额 结果")
    | _named(_BLOCK, "拒绝起始 拒绝截止"),
    codes=_CHINESE
    | {
        "kind": _named(_KINDS, "个人 单位"),
        "product": _named("HPENSION.PERSONAL.STD HPENSION.CORPORATE.STD", "个人养老 企业年金"),
        "channel": _named(_CHANNELS, "寿险代理 产险代理 产险电话 健康线上 直销 银行 银行线上 证券 基金 信托"),
        "status": _named(_STATUS, "有效 中止 撤销 终止 退保"),
    },
)
HBANK = Vocabulary(
    day="%Y-%m-%d",
    headers=_named(
        _ALL,
        "CUST_NO CUST_TYPE CUST_NAME SEX BIRTH_DT CERT_TYPE CERT_NO MOBILE - ADDR DISTRICT "
        "ACCT_NO PROD STATUS OPEN_DT CLOSE_DT CHANNEL MANAGER AMOUNT "
        "- PURPOSE DATA NOTICE FROM_DT TO_DT REL_NO REL "
        "CALL_ID PROD DIR CALL_DT RESULT CMP CMP_ID PROD ARM ASSIGN_DT SHARE_PPM",
    )
    | _named(_TOLD, "INFO_TYPE INFO INFO_DT"),
    codes=_NUMBERED
    | {
        "circumstances.kind": _named(_TOLD_KINDS, "RSK INC STA CAP PRF"),
        "circumstances.value": _named(_TOLD_VALUES, "A1 A2 A3 A4 A5 I01 I02 I03 I04 I05 S0 S1 S2 S3 C0 C1 C2 P0 P1"),
        "kind": _named(_KINDS, "P C"),
        "sex": _named(_SEXES, "0 1"),
        "status": _named(_STATUS, "A L C M S"),
        "product": _named("HBANK.DEPOSIT.STD HBANK.CARD.STD HBANK.CARD.PLUS HBANK.LOAN.STD", "DP1 CC1 CC2 LN1"),
        "channel": _named(_CHANNELS, "71 72 73 74 75 01 02 76 77 78"),
    },
)
HSEC = Vocabulary(
    day="%Y-%m-%d",
    grouped=True,
    headers=_named(
        _ALL,
        "client - name - - document id_number mobile email address district "
        "account service state opened closed opened_by adviser assets "
        "recipient purpose scope notice signed ends relative relation "
        "touch_id offer direction touched outcome campaign campaign offer arm drawn treated_ppm",
    )
    | _named(_BLOCK, "blocked_on blocked_until")
    | _named(_TOLD, "item answer answered"),
    codes={
        "circumstances.kind": _named(_TOLD_KINDS, "risk income status capacity profiling"),
        "circumstances.value": _named(
            _TOLD_VALUES,
            "C1 C2 C3 C4 C5 band1 band2 band3 band4 band5 live dead closed liquidation full limited none allowed refused",
        ),
        "id_type": _named(_ID_TYPES, "ID PASSPORT CREDIT TRAVEL RESIDENCE OTHER"),
        "product": {"HSEC.BROKERAGE.STD": "BRK"},
        "status": _named(_STATUS, "open frozen cancelled ended closed"),
        "channel": {
            "HLIFE.AGENTS": "life agent", "HPC.AGENTS": "pc agent", "HPC.TELEPHONE": "pc phone", "HHEALTH.ONLINE": "health app",
            "HPENSION.DIRECT": "pension", "HBANK.BRANCH": "bank", "HBANK.ONLINE": "bank app", "HSEC.BRANCH": "own",
            "HFUND.ONLINE": "fund app", "HTRUST.ADVISERS": "trust",
        },
        "past_contacts.outcome": _named(_OUTCOMES, "none no later yes"),
    },
)  # fmt: skip
HFUND = Vocabulary(
    day="%Y-%m-%d",
    days={"contracts.valid_from": "%Y-%m-%d %H:%M:%S"},
    headers=_named(
        _ALL,
        "account - name gender birthday document id_number mobile email - city "
        "position fund state bought_at sold_on via adviser market_value "
        "recipient purpose scope notice agreed_on ends_on relative relation "
        "event_id offer direction day answer campaign campaign offer group assigned_on treated_ppm",
    )
    | _named(_BLOCK, "no_calls_from no_calls_until")
    | _named(_TOLD, "about said said_on"),
    codes={
        "circumstances.kind": _named(_TOLD_KINDS, "risk_test income status capacity profiling"),
        "circumstances.value": _named(
            _TOLD_VALUES,
            "prudent steady balanced growth bold 0-5w 5-10w 10-20w 20-50w 50-200w active deceased closed liquidation full "
            "limited none agreed refused",
        ),
        "sex": _named(_SEXES, "female male"),
        "id_type": _named(_ID_TYPES, "resident passport credit travel residence other"),
        "product": _named("HFUND.MONEY.STD HFUND.EQUITY.STD HFUND.PENSION.STD", "MM1 EQ1 PT1"),
        "status": _named(_STATUS, "held frozen cancelled ended sold"),
        "channel": {
            "HLIFE.AGENTS": "life agent", "HPC.AGENTS": "pc agent", "HPC.TELEPHONE": "pc phone", "HHEALTH.ONLINE": "health app",
            "HPENSION.DIRECT": "pension", "HBANK.BRANCH": "bank branch", "HBANK.ONLINE": "bank app", "HSEC.BRANCH": "brokerage",
            "HFUND.ONLINE": "app", "HTRUST.ADVISERS": "trust",
        },
        "arm": _named(_ARMS, "A B H"),
    },
)  # fmt: skip
HTRUST = Vocabulary(
    day="%Y年%m月%d日",
    grouped=True,
    days={"contracts.valid_from": "%Y-%m-%d", "contracts.valid_until": "%Y-%m-%d"},
    headers=_named(
        _ALL,
        "委托人编号 - 姓名 性别 出生日期 证件类型 证件号码 手机 邮箱 地址 地区 "
        "信托合同编号 信托类型 状态 成立日 终止日 来源 财富顾问 信托规模 "
        "接收公司 用途 类别 告知书 签署日 到期日 关系人编号 关系 "
        "联系编号 产品 方向 日期 结果 活动 活动 产品 组别 分组日期 触达比例",
    )
    | _named(_BLOCK, "拒绝起始日 拒绝截止日"),
    codes=_CHINESE
    | {
        "product": {"HTRUST.FAMILY.STD": "家族信托"},
        "status": _named(_STATUS, "存续 中止 撤销 到期 提前终止"),
        "channel": _named(_CHANNELS, "寿险 产险 产险电话 健康险 养老险 银行 网银 证券 基金 本公司"),
    },
)
COMPANIES: dict[str, Vocabulary] = {
    "HLIFE": HLIFE, "HPC": HPC, "HHEALTH": HHEALTH, "HPENSION": HPENSION, "HBANK": HBANK, "HSEC": HSEC, "HFUND": HFUND,
    "HTRUST": HTRUST,
}  # fmt: skip
GROUP = Vocabulary(
    day="%Y-%m-%d",
    headers={
        "valid_from": "from", "valid_until": "until",
        **{
            name: name
            for name in ["channel", "company", "kind", "name_en", "name_zh", "series", "agreement_no", "seller_company", "owner_company", "seller", "grade", "region", "name", "registration_no", "phone"]
        },
    },
    codes={"grade": _named("1 2 3", "铜牌 银牌 金牌")},
)  # fmt: skip
