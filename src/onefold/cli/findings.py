"""What the doctor says: a level, what was seen and what to do, in both languages."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Level(Enum):
    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """`said` and `todo` are sentences by language (`en`, `zh-Hans`); `todo` is empty when nothing need be done."""

    name: str
    level: Level
    said: dict[str, str]
    todo: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "level": self.level.value, "said": self.said, "todo": self.todo}


def both(en: str, zh: str) -> dict[str, str]:
    return {"en": en, "zh-Hans": zh}


def ok(name: str, en: str, zh: str) -> Finding:
    return Finding(name, Level.OK, both(en, zh))


def warn(name: str, said: tuple[str, str], todo: tuple[str, str]) -> Finding:
    return Finding(name, Level.WARN, both(*said), both(*todo))


def fail(name: str, said: tuple[str, str], todo: tuple[str, str]) -> Finding:
    return Finding(name, Level.FAIL, both(*said), both(*todo))


def could_not(name: str, error: Exception) -> Finding:
    said = (f"could not be checked: {error}", f"无法检查：{error}")
    return fail(
        name, said, ("Run it as the user who runs Onefold, or as root.", "请以运行 Onefold 的用户或 root 身份执行。")
    )


def spoken() -> str:
    """The operator's language: ONEFOLD_LANGUAGE, else the terminal's."""
    chosen = os.environ.get("ONEFOLD_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "zh-Hans" if (chosen or locale.getlocale()[0] or "").lower().startswith("zh") else "en"
