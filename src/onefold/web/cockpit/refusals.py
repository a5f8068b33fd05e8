"""What this door refuses."""

from __future__ import annotations

from onefold.kernel.refusals import Kind, Refusal


class IndicatorUnknown(Refusal):
    code = "INDICATOR_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "The release in force has no indicator of this name.",
        "zh-Hans": "当前版本没有这个名称的指标。",
    }
