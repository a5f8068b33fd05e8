"""Texts that have broken somebody's system: our own selection, with a Chinese part. What is meant stands beside each group."""

from __future__ import annotations

EMPTY_LOOKING = [
    "",
    " ",
    "\t",
    "\u3000",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2060",
    "\u180e",
    "\u2800",
    "  x  ",
    "\u3000王\u3000",
]
WORDS_OF_MACHINES = [
    "null", "NULL", "None", "nil", "undefined", "undef", "NaN", "nan", "Infinity", "-Infinity", "inf", "true", "FALSE", "N/A",
    "#N/A", "#REF!", "#DIV/0!", "\\N", "(null)", "[object Object]", "hasOwnProperty", "__proto__", "constructor", "con", "aux",
    "nul.txt", "COM1", "_row", "_rule", "_at", "select", "DROP TABLE", "NO", "on", "off", "~", "---", "...", "<<", "&a", "*a", "!!",
]  # fmt: skip
NUMBERS = [
    "0", "-0", "+0", "00", "007", "0x1F", "0b1", "1e5", "1E400", "-1e-400", "1_000", "1,234.50", "1.234,50", "1'000", "0.1e", ".5",
    "5.", "1/2", "９９９", "１２３．４５", "一百二十三", "壹佰元整", "〇", "٣٤", "१२", "½", "²", "Ⅷ", "99999999999999999999999999",
    "110105194912310021", "1.10105E+17", "9007199254740993", "2147483648", "-2147483649", "0.30000000000000004", "1 000", "1\u00a0000",
    "￥100", "¥1", "$1.00", "100%", "−1", "+8613812345678",
]  # fmt: skip
DATES = [
    "2026-02-29",
    "1582-10-10",
    "9999-12-31",
    "0000-00-00",
    "1900-02-29",
    "31/12/26",
    "2026年6月31日",
    "令和8年",
    "民國115年",
    "二〇二六年",
    "43831",
]
QUOTING = [
    '"', '""', '"""', "'", "''", "`", "\\", "\\\\", '\\"', ",", ";", "|", "\t|", '","', '",\n"', "a,b", 'a"b', '"a', 'a"', "“引号”", "‘x’",
    "「王」", "《书》", "\\n", "\\u0041", "\\x00", "%00", "%s%d%n", "{}", "{0}", "${x}", "$(id)", "`id`", "#{x}", "{{7*7}}", "<%= 7 %>",
]  # fmt: skip
LINES = [
    "two\nlines",
    "three\r\nlines\r\nhere",
    "\n",
    "\r\n",
    "a\rb",
    "a\x0bb",
    "a\x0cb",
    "a\x85b",
    "a\u2028b",
    "a\u2029b",
    "x\n" * 5,
]
CONTROLS = ["a\x00b", "\x00", "a\x07b", "\x1b[31mred\x1b[0m", "a\x7fb", "a\x1fb", "a\x08b", "\ufffd", "caf\ufffd"]
UNICODE = [
    "é", "e\u0301", "ﬁ", "ß", "ẞ", "İ", "ı", "Å", "Å", "Ω", "ﷺ", "שלום", "مرحبا", "\u202eevil", "\u200fx", "\u2066x\u2069", "a\u200db",
    "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇨🇳", "👍🏽", "𝓐𝓫", "𐍈", "z̴͎͝a̷l̸g̶o̵", "क्षि", "ไทย", "\u034f", "\ue000", "\uf8ff", "\U000f0000", "\ufdd0", "\ufe0f", "ｆｕｌｌ", "ｶﾅ",
    "ⅰⅱ", "㎏", "℡", "㈱", "①", "⓪", "〒", "ﾞ", "゛", "\u0300x", "𝟙𝟚",
]  # fmt: skip
CHINESE = [
    "龴", "\ue81e", "𠮷野家", "䶮", "㛃", "𫖯", "𬱖", "𭏏", "𰻞", "〇", "○", "零", "王〇", "阿卜杜拉·买买提", "阿卜杜拉•买买提", "阿卜杜拉．买买提", "欧阳 修",
    "欧阳\u3000修", "王小明（已故）", "王小明(父)", "王小明*", "测试", "张三", "李四1", "客户", "無名氏", "不详", "未知", "同上", "－", "—", "——", "……", "。", "、", "·", "联通",
    "锟斤拷", "烫烫烫", "屯屯屯", "鐜嬪皬鏄�"[:-1], "Ã¥Â¼Â ", "å¼ ä¸‰", "ÕÅÈý", "寮犱笁", "媽媽/妈妈", "髙", "黄黃", "吕呂", "户戶戸", "⺼", "⼥", "女", "金", "凌",
    "北京市市辖区东城区", "广东省深圳市南山区粤海街道科技园路１号Ａ座２０１室", "１３８１２３４５６７８", "身份证", "男", "♂", "壹仟元", "㊣", "卍", "囍", "ㄅㄆㄇ", "注音ㄓㄨˋ", "pīnyīn", "ü", "lü",
    "你好，世界！", "第\u00ad二", "王\u200b小明", "王\ufe00", "邊\U000e0100", "⿰亻尔", "…", "～", "‖",
]  # fmt: skip
FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x")',
    "＝1+1",
    "'=1",
]
MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "&amp;", "&#x41;", "]]>", "<![CDATA[x]]>", "<!--", "-->",
    "javascript:alert(1)", "'><svg/onload=alert(1)>", "' OR '1'='1", "'; DROP TABLE customers; --", "1; SELECT 1", "../../etc/passwd",
    "..\\..\\x", "/dev/null", "file:///etc/passwd", "http://localhost/", "x@y.z\r\nBcc: all", "_x000D_", "_x005F_", "_x0041_", "_xZZZZ_",
]  # fmt: skip
LONG = ["x" * 500, "王" * 500, "x" * 501, "王" * 501, "e\u0301" * 300, "👨‍👩‍👧‍👦" * 100]

GROUPS = (
    EMPTY_LOOKING,
    WORDS_OF_MACHINES,
    NUMBERS,
    DATES,
    QUOTING,
    LINES,
    CONTROLS,
    UNICODE,
    CHINESE,
    FORMULAS,
    MARKUP,
    LONG,
)
NAUGHTY: list[str] = list(dict.fromkeys(text for group in GROUPS for text in group))
