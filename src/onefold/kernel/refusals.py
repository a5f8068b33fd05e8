"""What it is to say no: a code, data and a sentence in each language. Anything else that is raised is a bug.

    class ConsentWithdrawn(Refusal):
        code = "CONSENT_WITHDRAWN"
        kind = Kind.CONFLICT
        sentence = {"en": "Consent ended on {on}.", "zh-Hans": "授权已于 {on} 终止。"}

    raise ConsentWithdrawn(on=day)

A refusal lives beside its rule. Its data is shown, logged and sent to machines: put codes, dates, counts and pseudonyms
there, **never personal data** (no name, number, address, phone, birth date).
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from enum import Enum
from typing import Any, ClassVar

LANGUAGES = ("en", "zh-Hans")


class Kind(Enum):
    """The five ways of saying no; each door maps them once. The value is the HTTP status."""

    INVALID = 422
    FORBIDDEN = 403
    NOT_FOUND = 404
    CONFLICT = 409
    UNAVAILABLE = 503

    @property
    def http_status(self) -> int:
        return self.value


class Refusal(Exception):
    """A refusal of a rule. A subclass without `code` only groups others and is never raised itself."""

    code: ClassVar[str] = ""
    kind: ClassVar[Kind] = Kind.INVALID
    sentence: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        if "code" in cls.__dict__:
            _check_declaration(cls)

    def __init__(self, **data: Any) -> None:
        """Keep `data`; raise `TypeError` (a bug) when the sentence names a value that is not given."""
        lacking = sorted(_names_in(self.sentence.get("en", "")) - data.keys())
        if not self.code or lacking:
            raise TypeError(f"{type(self).__name__} needs {', '.join(lacking) or 'a code'}")
        super().__init__(self.code)
        self.data: dict[str, Any] = data

    def sentence_in(self, language: str) -> str:
        """The sentence in `language` (`zh-Hans`, also `zh-CN`, `zh`); English for a language we do not speak."""
        return self.sentence["zh-Hans" if language.startswith("zh") else "en"].format(**self.data)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence_in('en')}"

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self.data)


def all_refusals(of: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every refusal with a code in the modules imported so far, in order of declaration."""
    for kind_of in of.__subclasses__():
        if kind_of.code:
            yield kind_of
        yield from all_refusals(kind_of)


def _rebuilt(kind_of: type[Refusal], data: dict[str, Any]) -> Refusal:
    return kind_of(**data)


def _check_declaration(cls: type[Refusal]) -> None:
    if not cls.code or not cls.code.replace("_", "").isalnum() or cls.code != cls.code.upper():
        raise TypeError(f"{cls.__name__}.code must be in capitals")
    silent = [language for language in LANGUAGES if not cls.sentence.get(language)]
    if silent:
        raise TypeError(f"{cls.__name__} has no sentence in {', '.join(silent)}")
    if len({frozenset(_names_in(cls.sentence[language])) for language in LANGUAGES}) > 1:
        raise TypeError(f"the sentences of {cls.__name__} name different values")


def _names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
