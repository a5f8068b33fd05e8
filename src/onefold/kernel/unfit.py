"""A value that cannot be what it says it is. Quarantine and forms show the code; the value itself never enters the message."""

from __future__ import annotations


class Unfit(ValueError):
    """The value was refused; `code` (capitals) says why. The value is not kept: it may be somebody's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_FULL_WIDTH = {
    ord(full): plain
    for full, plain in zip("０１２３４５６７８９＋－．，＠（）＃\u3000\u2212", "0123456789+-.,@()# -", strict=True)
}


def narrowed(text: str) -> str:
    """`text` without outer white space, its full-width digits and signs made plain ones. Nothing else is changed."""
    return text.translate(_FULL_WIDTH).strip()
