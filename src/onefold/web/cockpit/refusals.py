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


class PictureUnknown(Refusal):
    code = "PICTURE_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "The cockpit has no picture of this name.",
        "zh-Hans": "驾驶舱没有这个名称的图。",
    }


class CellUnknown(Refusal):
    code = "CELL_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {
        "en": "The release in force publishes nothing about this cell: nobody is in it, or too few.",
        "zh-Hans": "现行版本没有发布该单元格的数据：其中没有客户，或客户过少。",
    }
