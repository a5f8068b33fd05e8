"""Characters that clerks and old systems exchange for one another. Pairs: what is meant, what is written."""

from __future__ import annotations

from onefold.kernel.private_use import TODAY

_ALIKE_IN_SOUND = (
    "伟玮娟涓静靖丽莉磊蕾军君洋阳勇永艳燕杰洁涛韬明铭秀绣霞遐平萍刚钢桂贵英瑛华骅玉钰红虹玲铃辉晖斌彬宇雨浩皓凯恺健建俊峻帆凡婷亭晨辰欣新佳嘉怡宜雯文涵晗轩萱"
    "瑞锐志智成诚春椿龙隆张章李黎芳坊敏闵强蔷超朝鹏朋波博琳霖梓紫子梓慧惠颖莹云芸思斯嘉佳海珊诗施梅玫国果"
)
_ALIKE_IN_SHAPE = (
    "张張刘劉陈陳杨楊赵趙黄黃吴吳孙孫马馬罗羅郑鄭谢謝韩韓冯馮邓鄧许許苏蘇吕呂蒋蔣贾賈叶葉钟鍾谭譚陆陸龙龍万萬钱錢汤湯伟偉丽麗国國军軍兰蘭华華红紅凤鳳云雲杰傑"
    "吉𠮷户戶温溫强強静靜宁寧庆慶东東荣榮贵貴义義东東泽澤涛濤颖穎莹瑩晓曉丹冄"
)


def _pairs(text: str) -> dict[str, str]:
    return {text[place]: text[place + 1] for place in range(0, len(text), 2)}


HOMOPHONES: dict[str, str] = _pairs(_ALIKE_IN_SOUND)
"""Typed by sound: 伟 for 玮."""

VARIANTS: dict[str, str] = _pairs(_ALIKE_IN_SHAPE) | {"·": "•"}
"""The traditional form, a rarer form of the same character, another dot."""

PRIVATE: dict[str, str] = {chr(today): chr(old) for old, today in TODAY.items() if today in range(0x9FB4, 0x9FBC)}
"""龴 and its like, as a GBK system still writes them: a private code point."""

FULL_WIDTH: dict[str, str] = {chr(48 + digit): chr(0xFF10 + digit) for digit in range(10)}
