"""Where packs lie and how their YAML is read: strictly, and with every complaint naming file and place.

YAML 1.1 would make `on:` a truth value, `21:00` the number 1260 and `010` eight; here only true and false are truth values,
only plain digits are numbers, and `2026-01-01` is a day. A key that stands twice is refused.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml

SHIPPED = Path(__file__).parent / "rulebook"
FEEDS = "feeds"
LANGUAGES = ("en", "zh-Hans")


class RulebookBroken(ValueError):
    """A file of the rulebook cannot be used. The text names the file, the place in it and what is wrong."""


_Loader: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {"yaml_implicit_resolvers": {}})


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"{key} stands here twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


def _day(loader: Any, node: yaml.ScalarNode) -> date:
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        raise yaml.constructor.ConstructorError(None, None, f"{node.value} is no day", node.start_mark) from None


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
    ("timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file: for messages, and for reading what must be there."""

    file: Path
    path: str
    content: Any

    def broken(self, matter: str) -> NoReturn:
        raise RulebookBroken(f"{self.name}: {self.path or 'top'}: {matter}")

    @property
    def name(self) -> str:
        """Pack and file, e.g. `contact/limits.yaml` or `contact/cases/limits.yaml`."""
        return "/".join(self.file.parts[-3 if self.file.parent.name == "cases" else -2 :])

    def at(self, key: str) -> Place:
        """What stands at `key`; broken when nothing does."""
        if self.mapping().get(key) is None:
            self.broken(f"{key} is missing")
        return Place(self.file, f"{self.path}.{key}".lstrip("."), self.content[key])

    def maybe(self, key: str) -> Place | None:
        return self.at(key) if self.mapping().get(key) is not None else None

    def mapping(self) -> dict[str, Any]:
        if not isinstance(self.content, dict):
            self.broken("must be a mapping")
        return self.content

    def places(self) -> Iterator[tuple[str, Place]]:
        """The entries of a mapping."""
        for key, content in self.mapping().items():
            yield key, Place(self.file, f"{self.path}.{key}".lstrip("."), content)

    def items(self) -> Iterator[Place]:
        """The items of a list that is not empty."""
        if not isinstance(self.content, list) or not self.content:
            self.broken("must be a list with at least one entry")
        for number, content in enumerate(self.content):
            yield Place(self.file, f"{self.path}[{number}]", content)

    def only(self, *keys: str) -> None:
        """Broken when the mapping has any other key, so that a typing error never means "not said"."""
        strange = sorted(self.mapping().keys() - set(keys))
        if strange:
            self.broken(f"nobody knows {', '.join(strange)} here; known are {', '.join(keys)}")

    def text(self) -> str:
        if not isinstance(self.content, str) or not self.content.strip():
            self.broken("must be a text")
        return self.content

    def code(self) -> str:
        if not re.fullmatch(r"[A-Z0-9][A-Z0-9_.]*", self.text()):
            self.broken("must be a code in capitals")
        return self.text()

    def day(self) -> date:
        if type(self.content) is not date:
            self.broken("must be a day written 2026-01-31")
        return self.content

    def whole(self, least: int = 0) -> int:
        if type(self.content) is not int or self.content < least:
            self.broken(f"must be a whole number of at least {least}")
        return self.content

    def flag(self) -> bool:
        if type(self.content) is not bool:
            self.broken("must be true or false")
        return self.content

    def languages(self) -> dict[str, str]:
        """A text in every language."""
        for language in LANGUAGES:
            self.at(language).text()
        self.only(*LANGUAGES)
        return {language: str(self.content[language]).strip() for language in LANGUAGES}


def read(path: Path) -> Place:
    """The content of a YAML file; raises `RulebookBroken` when it is no YAML."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RulebookBroken(f"{Place(path, '', None).name}: {' '.join(str(error).split())}") from error
    return Place(path, "", content)


def pack_folders(override: Path | None) -> dict[str, Path]:
    """Pack name → folder: the shipped packs, each replaced whole by the folder of its name in `override` if there is one.

    `override` None = ONEFOLD_RULEBOOK, when set. Raises `RulebookBroken` for a folder of a name that no pack has.
    """
    folders = {path.name: path for path in _folders_in(SHIPPED)}
    if override is None and os.environ.get("ONEFOLD_RULEBOOK"):
        override = Path(os.environ["ONEFOLD_RULEBOOK"])
    if override is None:
        return folders
    if not override.is_dir():
        raise RulebookBroken(f"{override} (ONEFOLD_RULEBOOK) is not a folder")
    for path in _folders_in(override):
        if path.name not in folders and path.name != FEEDS:
            raise RulebookBroken(
                f"{path.name}: there is no such pack; packs are {', '.join(sorted({*folders, FEEDS}))}"
            )
        folders[path.name] = path
    return folders


def files_in(pack: Path) -> list[Path]:
    """The YAML files of a pack, without its cases."""
    return sorted(pack.glob("*.yaml"))


def _folders_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))
