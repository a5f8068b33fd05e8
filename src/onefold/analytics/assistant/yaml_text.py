"""Plain values as one line of YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping


def flow(value: object) -> str:
    """A value in one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(str(key))}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else quoted(str(value))


def quoted(text: str) -> str:
    """A text as YAML, in quotes where plain it would be anything else."""
    plain = re.fullmatch(r"[A-Za-z\u4e00-\u9fff_][\w\u4e00-\u9fff .+\-/()（）]*", text) and not text.endswith(" ")
    if plain and text.lower() not in ("true", "false", "null", "yes", "no", "on", "off"):
        return text
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{inner}"'
