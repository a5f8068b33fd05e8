"""What this room refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class ComplianceDecides(Refusal):
    code = "COMPLIANCE_DECIDES"
    kind = Kind.FORBIDDEN
    sentence = {"en": "Compliance decides which models are used.", "zh-Hans": "模型的使用由合规部门决定。"}


class FitUnknown(Refusal):
    code = "FIT_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "The release in force has no such model or fit.",
        "zh-Hans": "当前发布版本中没有此模型或此次训练结果。",
    }


class AssessmentMissing(Refusal):
    code = "ASSESSMENT_MISSING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The recipe of this model has no impact assessment. Without one no model may be used.",
        "zh-Hans": "该模型的学习方法没有影响评估，未经评估的模型不得使用。",
    }


class ReasonMissing(Refusal):
    code = "REASON_MISSING"
    kind = Kind.INVALID
    sentence = {"en": "Say why; it is kept.", "zh-Hans": "请说明理由，理由将被留存。"}
