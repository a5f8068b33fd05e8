"""Row 22: whatever encoding a file is in and whichever is declared, its names are right or the file is refused."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onefold.analytics.landing.decoding import decoded
from onefold.analytics.landing.rows import sheet_of
from onefold.analytics.landing.shapes import Batch, FileRefused
from onefold.kernel.identifiers import normalise_name
from onefold.kernel.private_use import TODAY
from onefold.seam.checksums import sha256_of
from tests.corpus.feeds import feed_of

NIGHTLY = os.environ.get("ONEFOLD_NIGHTLY") == "1"
SENT = ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le")
DECLARED = ("auto", "utf-8", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be")
RIGHT = {
    "utf-8": {"auto", "utf-8"}, "utf-8-sig": {"auto", "utf-8"}, "gb18030": {"auto", "gb18030", "gbk"},
    "gbk": {"auto", "gb18030", "gbk"}, "utf-16": {"utf-16", "utf-16-le"}, "utf-16-le": {"utf-16-le"},
}  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤濮璐骆滕涂翟"
RARE = ["龴", "𠮷", "䶮", "㛃", "·", "ü"]


def names(count: int) -> list[str]:
    chance = random.Random(22)
    common = [chr(point) for point in range(0x4E00, 0x9FA6)]
    gb2312 = [text for text in common if len(text.encode("gb2312", "ignore")) == 2]
    found = []
    for _ in range(count):
        given = chance.choices(gb2312 if chance.random() < 0.9 else common, k=chance.choice((1, 2, 2, 2)))
        if chance.random() < 0.01:
            given.append(chance.choice(RARE))
        found.append(chance.choice(SURNAMES) + "".join(given))
    return found


def outcome(names_: list[str], sent: str, declared: str) -> str:
    """right, refused or wrong: what reading this file comes to."""
    text = "name\n" + "".join(f"{name}\n" for name in names_)
    raw = text.encode(sent, "ignore")
    expected = raw.decode(sent)
    try:
        _, found, _ = decoded(raw, declared)
    except FileRefused as refusal:
        assert "at byte" in refusal.detail or refusal.reason == "ENCODING_UNCLEAR" or "is UTF-8" in refusal.detail
        return "refused"
    if b"\0" in found or not found.startswith(b"name\n"):
        return "refused"
    return "right" if found.decode() == expected else "wrong"


def test_twenty_thousand_names_in_six_encodings_are_right_or_refused_and_never_rubbish() -> None:
    counts: Counter[tuple[bool, str]] = Counter()
    everyone = names(20_000)
    size = 20
    for begin in range(0, len(everyone), size):
        for sent in SENT:
            for declared in DECLARED if NIGHTLY or begin % (size * 5) == 0 else ("auto", sent.removesuffix("-sig")):
                found = outcome(everyone[begin : begin + size], sent, declared)
                counts[declared in RIGHT[sent], found] += 1
    assert counts[True, "wrong"] == counts[False, "wrong"] == 0
    assert counts[True, "refused"] == 0
    assert counts[False, "right"] == 0


def test_a_file_of_a_single_name_is_right_or_refused_too() -> None:
    counts: Counter[str] = Counter()
    for name in names(20_000)[:: 1 if NIGHTLY else 20]:
        for sent in SENT:
            for declared in DECLARED:
                counts[outcome([name], sent, declared)] += 1
    assert counts["wrong"] == 0


@pytest.mark.parametrize("declared", ["auto", "utf-8", "gb18030"])
@pytest.mark.parametrize("lines", [2, 40, 4_000])
def test_a_file_that_changes_its_encoding_midway_is_refused(declared: str, lines: int) -> None:
    everyone = [f"{number},{name}，北京\n" for number, name in enumerate(names(lines))]
    for first, second in (("utf-8", "gb18030"), ("gb18030", "utf-8")):
        raw = "".join(everyone[: lines // 2]).encode(first) + "".join(everyone[lines // 2 :]).encode(second)
        with pytest.raises(FileRefused) as caught:
            decoded(raw, declared)
        assert "at byte" in caught.value.detail


def test_the_place_of_the_first_wrong_byte_is_told_even_beyond_a_megabyte() -> None:
    long = b"x" * (2**20 - 1)
    for raw, encoding, place in (
        (long + b"\xe7\x8e", "utf-8", len(long)), (long + b"\xe7\x8e\x8b\xff", "utf-8", len(long) + 3),
        (b"\xef\xbb\xbfa\xff", "utf-8", 4), (long + b"\xff", "gb18030", len(long)), (long + b"\xce", "gb18030", len(long)),
        (b"\xff\xfea\0\0\xd8", "utf-16", 2),
    ):  # fmt: skip
        with pytest.raises(FileRefused) as caught:
            decoded(raw, encoding)
        assert caught.value.detail.endswith(f"at byte {place}")


def test_a_name_from_an_old_system_is_the_same_text_as_from_a_new_one(tmp_path: Path) -> None:
    for old, new in TODAY.items():
        before, after = chr(old).encode("gb18030"), chr(new).encode("gb18030")
        assert decoded(b"x" + before, "gb18030")[1] == decoded(b"x" + after, "gb18030")[1] == f"x{chr(new)}".encode()
        assert normalise_name(f"王{chr(old)}") == normalise_name(f"王{chr(new)}")
    path = tmp_path / "file"
    path.write_bytes(b"name\n\xfeY\n\x825\x907\n")
    sheet = sheet_of(
        Batch("b", "corpus", path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path)),
        feed_of("csv", "name", encoding="auto"),
    )
    assert sheet.frame["name"].to_list() == ["龴", "龴"]


def test_utf_16_is_read_as_declared_and_kept_as_sent(tmp_path: Path) -> None:
    from onefold.analytics.landing.rows import originals

    path = tmp_path / "file"
    for encoding, codec in (("utf-16", "utf-16-le"), ("utf-16-be", "utf-16-be")):
        mark = b"\xff\xfe" if encoding == "utf-16" else b""
        path.write_bytes(mark + "name,n\n王不上,1\n\u0a0a\u0d0d,2\n".encode(codec))
        batch, feed = (
            Batch("b", "c", path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path)),
            feed_of("csv", "name", "n", encoding=encoding),
        )
        sheet = sheet_of(batch, feed)
        assert sheet.frame["name"].to_list() == ["王不上", "\u0a0a\u0d0d"]
        assert originals(batch, feed, sheet.first, sheet.last) == [
            line.encode(codec) for line in ("王不上,1\n", "\u0a0a\u0d0d,2\n")
        ]
    path.write_bytes("name,n\n王不上,1\n".replace("\n", "\r").encode("utf-16"))
    feed = feed_of("csv", "name", "n", encoding="utf-16")
    assert sheet_of(Batch("b", "c", path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path)), feed).frame[
        "name"
    ].to_list() == ["王不上"]
