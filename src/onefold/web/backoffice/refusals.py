"""What this door refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class DecisionUnknown(Refusal):
    """Also the answer when the decision exists but the firewall hides it: the two must not be told apart."""

    code = "DECISION_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "The release in force holds no decision on this customer and series that you may see.",
        "zh-Hans": "当前版本中没有您可查看的该客户与产品系列的决策。",
    }


class FormIncomplete(Refusal):
    code = "FORM_INCOMPLETE"
    kind = Kind.INVALID
    sentence = {
        "en": "Something is missing in what was sent. Reload the page and try again.",
        "zh-Hans": "提交的内容不完整。请刷新页面后重试。",
    }
