"""Personal values made safe to show: enough to recognise what one already knows, not enough to learn it.

A mask never shows how long the value is, except for mobile numbers, whose length everybody knows.
"""

from __future__ import annotations

import re
import unicodedata

_HAN = re.compile(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\ue000-\uf8ff\uf900-\ufaff\U00020000-\U0003ffff]"
)


def mask_name(name: str) -> str:
    """张小明 gives 张*, John Smith gives J*** S***, a name of one character gives *."""
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) <= 1:
        return "*" if name else ""
    if _HAN.search(name):
        return name[0] + "*"
    return " ".join(word[0] + "***" for word in name.split())


def mask_phone(phone: str) -> str:
    """13812345678 gives 138****5678; of a shorter number only the last two digits are shown, of a very short one none."""
    digits = re.sub(r"[^0-9]", "", phone)
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= 7 else "****" if phone.strip() else ""


def mask_id_number(number: str) -> str:
    """The last four characters after stars; only stars for a number of less than eight characters."""
    number = number.strip()
    return f"****{number[-4:]}" if len(number) >= 8 else "****" if number else ""


def mask_email(address: str) -> str:
    """john@example.com gives j***@example.com; what is not an address gives only stars."""
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain:
        return "***" if address.strip() else ""
    return f"{local[0] if len(local) > 1 else ''}***@{domain}"


def initials(name: str) -> str:
    """王梦宁 gives 王, Alison Green gives A. G.: enough to recognise one's own appointment."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        return ""
    return name[0] if _HAN.search(name) else " ".join(f"{word[0]}." for word in name.split())
