"""YAML as it is written, and its mappings read key by key: nothing unknown, repeated or of another type slips through.

YAML 1.1 turns `NO` into a boolean, `2026-01-01` into a date and `010` into 8. Feeds are full of such texts (codes, column
names), so here only `true`, `false`, plain whole numbers, decimals and `null` are anything but text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml


class FeedBroken(ValueError):
    """A feed file is not of the format. The text names the file and the place in it."""

    def __init__(self, file: str, place: str, matter: str) -> None:
        super().__init__(f"{file}: {place}: {matter}" if place else f"{file}: {matter}")


class _PlainLoader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}


_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))
_PlainLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$"), list("-0123456789")
)
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])


def _mapping_of(loader: _PlainLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int | bool):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a plain text", key_node.start_mark)
        name = str(key).lower() if isinstance(key, bool) else str(key)
        if name in found:
            raise yaml.constructor.ConstructorError(None, None, f"{name} stands here twice", key_node.start_mark)
        found[name] = loader.construct_object(value_node, deep=True)
    return found


_PlainLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_of)


def read_section(path: Path) -> Section:
    """The top mapping of a YAML file; raises `FeedBroken` when it is no YAML or no mapping."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise FeedBroken(path.name, "", " ".join(str(error).split())) from error
    return Section(path.name, "", content)


class Section:
    """One mapping of the file. Each `take` marks its key as understood; `close` refuses what nobody took."""

    def __init__(self, file: str, place: str, content: object) -> None:
        self.file, self.place = file, place
        if not isinstance(content, dict):
            raise FeedBroken(file, place, "must be a mapping")
        self.content: dict[str, Any] = content
        self._left = set(content)

    def refuse(self, name: str, matter: str) -> FeedBroken:
        return FeedBroken(self.file, ".".join(part for part in (self.place, name) if part), matter)

    def has(self, name: str) -> bool:
        return self.content.get(name) is not None

    def take(self, name: str) -> Any:
        self._left.discard(name)
        return self.content.get(name)

    def close(self) -> None:
        if self._left:
            known = "; ".join(sorted(self._left))
            raise self.refuse(sorted(self._left)[0], f"nobody knows this key (unknown here: {known})")

    def text(self, name: str, default: str | None = None, one_of: tuple[str, ...] = ()) -> str:
        value = self.take(name)
        value = default if value is None else as_text(value)
        if value is None:
            raise self.refuse(name, "is missing or not a text")
        if one_of and value not in one_of:
            raise self.refuse(name, f"must be one of {', '.join(one_of)}")
        return value

    def whole(self, name: str, default: int | None = None) -> int | None:
        value = self.take(name)
        if value is None:
            return default
        if type(value) is not int:
            raise self.refuse(name, "must be a whole number")
        return value

    def share(self, name: str, default: float | None = None) -> float | None:
        value = self.take(name)
        if value is None:
            return default
        if type(value) not in (int, float) or not 0 <= value <= 1:
            raise self.refuse(name, "must be a share from 0 to 1")
        return float(value)

    def flag(self, name: str, default: bool) -> bool:
        value = self.take(name)
        if value is None:
            return default
        if type(value) is not bool:
            raise self.refuse(name, "must be true or false")
        return value

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        value = self.take(name)
        if value is None:
            return default
        items = value if isinstance(value, list) else [value]
        found = [as_text(item) for item in items]
        if any(item is None for item in found):
            raise self.refuse(name, "must be a list of texts")
        return tuple(item for item in found if item is not None)

    def pairs(self, name: str) -> dict[str, str]:
        """A mapping of text to text; empty when absent."""
        value = self.take(name)
        inner = Section(self.file, f"{self.place}.{name}".lstrip("."), {} if value is None else value)
        return {key: inner.text(key, "" if inner.content[key] == "" else None) for key in inner.content}

    def section(self, name: str) -> Section | None:
        value = self.take(name)
        return None if value is None else Section(self.file, f"{self.place}.{name}".lstrip("."), value)

    def sections(self, name: str) -> Iterator[tuple[str, Section]]:
        """The mappings inside a mapping, in the order written."""
        inner = self.section(name)
        for key in inner.content if inner else ():
            yield key, Section(self.file, f"{inner.place}.{key}" if inner else key, inner.content[key] if inner else {})

    def listed(self, name: str) -> Iterator[Section]:
        """The mappings of a list."""
        value = self.take(name)
        if value is not None and not isinstance(value, list):
            raise self.refuse(name, "must be a list")
        for number, item in enumerate(value or ()):
            yield Section(self.file, f"{self.place}.{name}[{number}]".lstrip("."), item)


def as_text(value: object) -> str | None:
    """The text a plain YAML value was written as (whole numbers survive the way there and back); none for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int) else None
