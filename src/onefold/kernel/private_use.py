"""Characters that older Chinese systems kept in Unicode's private use area, and the code points they have today.

GBK gave the 80 double-byte codes FE50..FEA0 the private code points U+E815..U+E864 in order. GB 18030-2000 moved 66 of
them to real characters, 2005 and 2022 the other 14. Python's `gb18030` follows the version of 2000, so it knows the 66;
the 14 and the vertical marks stand here. Without this a name from an old core never equals the same name from a new one.
"""

from __future__ import annotations

_GBK_FIRST = 0xE815
_SINCE_2005 = {
    0xE816: 0x20087, 0xE817: 0x20089, 0xE818: 0x200CC, 0xE81E: 0x9FB4, 0xE826: 0x9FB5, 0xE82B: 0x9FB6, 0xE82C: 0x9FB7,
    0xE831: 0x215D7, 0xE832: 0x9FB8, 0xE83B: 0x2298F, 0xE843: 0x9FB9, 0xE854: 0x9FBA, 0xE855: 0x241FE, 0xE864: 0x9FBB,
}  # fmt: skip
_MARKS = {
    0xE78D: 0xFE10, 0xE78E: 0xFE12, 0xE78F: 0xFE11, 0xE790: 0xFE13, 0xE791: 0xFE14, 0xE792: 0xFE15, 0xE793: 0xFE16,
    0xE794: 0xFE17, 0xE795: 0xFE18, 0xE796: 0xFE19, 0xE7C7: 0x1E3F,
}  # fmt: skip


def _since_2000() -> dict[int, int]:
    codes = [code for code in range(0xFE50, 0xFEA1) if code != 0xFE7F]
    today = [ord(code.to_bytes(2, "big").decode("gb18030")) for code in codes]
    return {_GBK_FIRST + place: point for place, point in enumerate(today) if not 0xE000 <= point <= 0xF8FF}


TODAY: dict[int, int] = _since_2000() | _SINCE_2005 | _MARKS
"""Private code point → today's, ready for `str.translate`."""
