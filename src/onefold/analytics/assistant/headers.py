"""Words in headers and file names, Chinese and English, that tell which field a column fills and which target a file."""

from __future__ import annotations

import re

_FILE_WORDS: tuple[tuple[str, str], ...] = (
    ("agency_agreements", r"agreement|代理协议"),
    ("channel_products", r"channel_?product|渠道产品"),
    ("channels", r"channels?|渠道"),
    ("sellers", r"seller|agent_?list|advis[eo]rs?|业务员|经理名单|代理人"),
    ("consents", r"consent|同意|授权书"),
    ("contact_blocks", r"block|do_?not|dnc|拒绝|黑名单"),
    ("relations", r"relation|famil|kin\b|关系|亲属"),
    ("claims", r"claim|理赔|赔案"),
    ("past_contacts", r"contact_?(?:log|hist)|past_?contact|campaign_?contact|外呼|接触"),
    ("campaign_members", r"campaign_?member|活动名单"),
    ("circumstances", r"circumstance|risk_?(test|profile|level)|风险测评|客户情况"),
    ("source_records", r"customer|client|member|cust|holder|insured|persons?|客户|会员|委托人|参保人"),
    (
        "contracts",
        r"contract|polic|account|loan|card|certificate|position|holding|deposit|保单|合同|账户|存款|贷款|持仓|保险单",
    ),
)

_KEY = r"(?:_?(?:no|id|nr|num|number|code|key))?"
FIELD_WORDS: dict[str, tuple[tuple[str, float], ...]] = {
    "source_key": (
        (rf"(?:customer|client|cust|member|party|holder|policyholder|insured|investor|person){_KEY}", 1.0),
        ("(?:客户|会员|委托人|投保人|参保人|持有人|账户持有人)(?:编号|号码|号|代码|id)", 1.0),
        (rf"(?:account|acct|fund_account){_KEY}|账号|基金账号", 0.45),
    ),
    "contract_no": (
        (rf"(?:contract|policy|polic|certificate|cert|loan|card|position|deal|agreement|order){_KEY}", 1.0),
        ("(?:信托)?(?:合同|保单|保险单|凭证|持仓|借据|卡)(?:编号|号码|号)", 1.0),
        (rf"(?:account|acct){_KEY}|账号|账户号", 0.8),
    ),
    "other_source_key": (
        (r"(?:rel|relative|related|other|guardian|spouse|counterpart)(?:_?(?:customer|cust|client|person))?(?:_?(?:no|id|key))?", 1.0),
        ("(?:关系人|亲属|配偶|监护人|关联人|关联)(?:客户)?(?:编号|号码|号)", 1.0),
    ),
    "tie_kind": ((r"rel|relation(?:ship)?|relative_is|kinship|guardian_is|tie|kind|relation_type", 1.0), ("关系|关系类型|亲属关系", 1.0)),
    "kind": ((r"(?:customer|cust|client|member|party|person)_?(?:type|kind|class)|kind", 1.0), ("客户类型|客户类别|类别|会员类型|客户性质", 1.0)),
    "name": ((r"(?:full_?|customer_?|cust_?|client_?|holder_?)?name", 1.0), ("姓名|名称|客户名称|客户姓名|投保人姓名|户名", 1.0)),
    "sex": ((r"sex|gender", 1.0), ("性别", 1.0)),
    "born_on": ((r"birth_?(?:date|dt|day|number|no)?|born(?:_on)?|dob|date_of_birth|birthday", 1.0), ("出生日期|生日|出生年月日|出生日", 1.0)),
    "id_type": ((r"(?:id|cert|document|doc)_?(?:type|kind)", 1.0), ("证件类型|证件种类|证照类型", 1.0)),
    "id_number": (
        (r"(?:id|cert|document|doc|identity|resident)_?(?:no|number|card|num|id)", 1.0),
        ("(?:身份)?证件?(?:号码|号)|身份证|统一社会信用代码|证照号码", 1.0),
    ),
    "phone": ((r"(?:mobile|phone|tel|cell|telephone)(?:_?(?:no|number))?", 1.0), ("(?:联系)?(?:手机|电话)(?:号码|号)?|联系方式", 1.0)),
    "email": ((r"e_?mail(?:_?addr(?:ess)?)?", 1.0), ("邮箱|电子邮件|电子邮箱", 1.0)),
    "address": ((r"(?:post(?:al)?_?)?addr(?:ess)?", 1.0), ("(?:通讯|联系|家庭|居住)?(?:地址|住址)", 1.0)),
    "region": ((r"region|district(?:_?id)?|province|city|area", 1.0), ("区域|地区|区县|省市|所在地|行政区", 1.0)),
    "product": ((r"product(?:_?(?:code|id|type))?|prod|plan(?:_?code)?|fund(?:_?code)?|cover|type", 1.0), ("(?:险种|产品|基金|计划|保险产品)(?:名称|代码|编码|编号|类型)?", 1.0)),
    "status": ((r"(?:policy_?|contract_?|acct_?)?(?:status|state)", 1.0), ("(?:合同|保单|账户)?状态", 1.0)),
    "valid_from": (
        (r"(?:valid_?|date_?)?from(?:_?d(?:t|ate))?|start(?:_?d(?:t|ate))?|begin(?:s|_date)?|effective(?:_?date)?|open(?:ed)?(?:_?(?:dt|date|on))?"
         r"|issued?(?:_?(?:on|at|date))?|signed(?:_on)?|(?:given|agreed|bought|registered|since)(?:_?(?:on|at))?|date", 1.0),
        ("起始日期?|起保日期?|生效日期?|同意日期?|签署日期?|成立日期?|开户日期?|签约日期?|承保日期?|.*起始日|.*生效日|开始日期?", 1.0),
    ),
    "valid_until": (
        (r"(?:valid_?|date_?)?(?:until|to)(?:_?d(?:t|ate))?|end(?:s|ed)?(?:_?(?:d(?:t|ate)|on))?|expir(?:y|es|ation)(?:_?(?:date|on))?|clos(?:e|ed)(?:_?(?:dt|date|on))?"
         r"|matur(?:ity|es)(?:_?date)?|left(?:_on)?", 1.0),
        ("终止日期?|终保日期?|截止日期?|到期日期?|失效日期?|销户日期?|满期日期?|结束日期?|离职日期?", 1.0),
    ),
    "channel": ((r"channel(?:_?(?:code|id))?|via|opened_by|source|sales_channel", 1.0), ("渠道|业务来源|销售渠道|渠道代码", 1.0)),
    "seller": (
        (r"(?:seller|agent|adviser|advisor|manager|sales(?:person|man)?|rm|broker)(?:_?(?:no|id|code))?", 1.0),
        ("业务员|经办人|财富顾问|客户经理|代理人|投资顾问|销售人员|业务员工号", 1.0),
    ),
    "premium_minor": (
        (r"(?:annual_?)?premium|amount|balance|assets|market_?value|(?:credit_?)?limit|value|sum|principal", 1.0),
        ("(?:年)?(?:保费|缴费|保险费)|金额|余额|信托规模|资产|市值|额度|年缴费|规模", 1.0),
    ),
    "currency": ((r"currency|ccy|curr", 1.0), ("币种|货币", 1.0)),
    "to_company": ((r"to_?company|recipient|receiver|box", 1.0), ("接收方|接收公司|共享对象", 1.0)),
    "purpose": ((r"purpose", 1.0), ("用途|目的|使用目的", 1.0)),
    "categories": ((r"categor(?:y|ies)|data|scope", 1.0), ("数据类别|数据范围|信息类别", 1.0)),
    "notice_version": ((r"notice(?:_?version)?", 1.0), ("告知书(?:版本)?|版本", 1.0)),
    "series": ((r"series", 1.0), ("产品系列", 1.0)),
    "company": ((r"company", 1.0), ("公司", 1.0)),
    "name_en": ((r"name_en|english_name", 1.0), ("英文名称?", 1.0)),
    "name_zh": ((r"name_zh|chinese_name", 1.0), ("中文名称?", 1.0)),
    "agreement_no": ((rf"agreement{_KEY}", 1.0), ("协议(?:编号|号)", 1.0)),
    "seller_company": ((r"seller_company", 1.0), ("销售方", 1.0)),
    "owner_company": ((r"owner_company", 1.0), ("产品方", 1.0)),
    "grade": ((r"grade|level", 1.0), ("等级|级别", 1.0)),
    "registration_no": ((r"registration(?:_?no)?|licen[cs]e(?:_?no)?", 1.0), ("执业(?:证)?(?:编号|号)|登记号", 1.0)),
    "campaign": ((r"campaign(?:_?(?:id|code))?", 1.0), ("活动(?:编号|代码)?", 1.0)),
    "contact_no": ((r"contact_?(?:no|id)", 1.0), ("接触(?:编号|号)", 1.0)),
    "direction": ((r"direction", 1.0), ("方向", 1.0)),
    "happened_on": ((r"happened(?:_on)?|loss_?date|contact_?date|date_of_loss", 1.0), ("出险日期?|接触日期?", 1.0)),
    "outcome": ((r"outcome|result|decision", 1.0), ("结果|结论", 1.0)),
    "arm": ((r"arm|group", 1.0), ("分组", 1.0)),
    "assigned_on": ((r"assigned(?:_on)?", 1.0), ("分配日期?", 1.0)),
    "claim_no": ((rf"claim{_KEY}", 1.0), ("赔案(?:编号|号)|理赔号", 1.0)),
    "reported_on": ((r"report(?:ed)?(?:_?(?:on|date))?", 1.0), ("报案日期?", 1.0)),
    "settled_on": ((r"settled?(?:_?(?:on|date))?", 1.0), ("结案日期?", 1.0)),
    "claimed_minor": ((r"claimed(?:_?amount)?", 1.0), ("索赔金额|报损金额", 1.0)),
    "paid_minor": ((r"paid(?:_?amount)?", 1.0), ("赔付金额|赔款", 1.0)),
}  # fmt: skip
"""Field to patterns of whole headers, each with how surely it speaks. `tie_kind` is `kind` of a relation."""


_CHINESE = re.compile("[\u4e00-\u9fff]")
"""Chinese words stand together without any mark between them."""


def plain(header: str) -> str:
    """A header in one way of writing: `BirthDate`, `BIRTH-DATE` and `birth date` are `birth_date`."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", header.strip()) if not header.isupper() else header.strip()
    return re.sub(r"[\s\-./]+", "_", text).lower().strip("_")


def speaks_of(header: str, field: str) -> float:
    """How surely the header names the field, 0 to 1."""
    text = plain(header)
    best = 0.0
    for pattern, surety in FIELD_WORDS.get(field, ((re.escape(field), 1.0),)):
        if re.fullmatch(pattern, text):
            best = max(best, surety)
        elif surety > 0.5 and re.search(pattern if _CHINESE.search(text) else rf"(?:^|_)(?:{pattern})(?:$|_)", text):
            best = max(best, 0.5 * surety)
    return best


def targets_named(file_stem: str) -> dict[str, float]:
    """Targets the file's name speaks of; the last word of the name speaks loudest."""
    text = plain(file_stem)
    found = {target: match for target, pattern in _FILE_WORDS if (match := list(re.finditer(pattern, text)))}
    if not found:
        return {}
    last = max(matches[-1].end() for matches in found.values())
    return {target: 1.0 if matches[-1].end() >= last else 0.4 for target, matches in found.items()}
