"""The page `docs/reference/indicators.md`, written from the definitions themselves."""

from __future__ import annotations

from onefold.analytics.features.counting import RULE
from onefold.analytics.indicators.definition import UNITS, Definition
from onefold.analytics.indicators.registry import registered

HEAD = """# Indicators

Generated from `src/onefold/analytics/indicators/definitions/`; do not edit. 由指标定义生成，请勿手改。

Every figure is a numerator and a denominator, both integers, divided once, when shown. It speaks of a day (*as of*) and of
what the group knew at a moment (*known on*; a day means its end, UTC). Who is the same customer is taken as known now.
每个数值由整数分子与整数分母构成，仅在展示时相除一次；它针对某一日（截至日），并以某一时点（知悉时点；给日期者指该日终了，UTC）集团所知为准。
客户归属以当前所知为准。

**Counting rule.** {en}

**计数口径。** {zh}

*Active customer*: holds at least one contract that counts on the day. *Series*: product series; belongs to exactly one
company. *Cross-selling*: a company's product acquired through another company's channel.
有效客户：当日至少持有一份计入的合同。产品系列：仅属于一家公司。交叉销售：经由他公司渠道取得的产品。
"""

DIMENSION = {
    "NONE": ("-", "-"),
    "GROUP": ("the group", "集团"),
    "COMPANY": ("company", "公司"),
    "CHANNEL": ("channel", "渠道"),
    "LINE": ("line of business", "业务条线"),
    "SERIES": ("product series", "产品系列"),
    "SERIES_COUNT": ("number of series held", "持有系列数"),
    "CONTRACT_COUNT": ("least number of contracts held", "至少持有的合同数"),
}


def document() -> str:
    """Return the whole page, Markdown, both languages."""
    head = HEAD.format(en=RULE["en"], zh=RULE["zh-Hans"])
    return "\n".join([head, *(_section(definition) for definition in registered())])


def _section(definition: Definition) -> str:
    rows, columns, unit = DIMENSION[definition.rows], DIMENSION[definition.columns], UNITS[definition.unit]
    lines = [
        f"## `{definition.name}` · {definition.title['en']} · {definition.title['zh-Hans']}",
        "",
        f"- version {definition.version}; unit: {unit['en']} · {unit['zh-Hans']}",
        f"- rows: {rows[0]} · {rows[1]}; columns: {columns[0]} · {columns[1]}",
        f"- {definition.formula['en']}",
        f"- {definition.formula['zh-Hans']}",
        "",
    ]
    return "\n".join(lines)
