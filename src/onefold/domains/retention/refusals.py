"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class HoldUnknown(Refusal):
    code = "HOLD_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "There is no such legal hold in force.", "zh-Hans": "没有此项生效中的法律保全。"}


class HoldNotYours(Refusal):
    code = "HOLD_NOT_YOURS"
    kind = Kind.FORBIDDEN
    sentence = {
        "en": "Compliance sets holds on its own company, its customers and contracts; the cross-selling desk on a company or on everything.",
        "zh-Hans": "合规岗可对本公司及其客户、合同设置法律保全；交叉销售管理部可对某一公司或全部数据设置。",
    }


class HoldSubjectUnknown(Refusal):
    code = "HOLD_SUBJECT_UNKNOWN"
    kind = Kind.INVALID
    sentence = {
        "en": "Nobody and nothing of this name is known here: nothing is held yet. Look at the company's code, the customer's or the contract's number.",
        "zh-Hans": "系统中没有此对象，尚未设置保全。请核对公司代码、客户编号或合同号。",
    }


class ReasonMissing(Refusal):
    code = "HOLD_REASON_MISSING"
    kind = Kind.INVALID
    sentence = {
        "en": "Say why: the case or letter the hold rests on.",
        "zh-Hans": "请填写依据，例如案件或函件编号。",
    }


class KindUnknown(Refusal):
    code = "KEPT_KIND_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "Nothing of this name is kept.", "zh-Hans": "没有此名称的留存类别。"}


class DayToCome(Refusal):
    code = "PRUNE_DAY_TO_COME"
    kind = Kind.INVALID
    sentence = {
        "en": "{day} is still to come: what may go then can only be shown (--dry-run).",
        "zh-Hans": "{day} 尚未到来，只能预览届时可清理的内容（--dry-run）。",
    }
