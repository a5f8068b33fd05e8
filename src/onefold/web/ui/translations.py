"""The words of an app in Chinese, without the gettext tools: `python -m onefold.web.ui.translations FOLDER...`.

For each folder that has a `locale/`, the strings of its templates and Python files are brought into
`locale/zh_Hans/LC_MESSAGES/django.po` (new ones empty, to be translated; those no longer used go) and compiled to the `.mo`
beside it. Both are committed, so that a fresh machine compiles nothing; `faults` is the test that they agree.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SKIPPED = {"static", "tests", "migrations", "locale", "__pycache__"}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
MESSAGES = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = "# Simplified Chinese. New strings: python -m onefold.web.ui.translations FOLDER"
NOISE = re.compile(r'^"(?:Project|Report|POT|PO|Last|Language-Team|Generated).*\n', re.M)
"""Headers that say nothing, or change with every run."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def used_in(folder: Path) -> Catalog:
    """Collect every string to translate below `folder`, except in folders that keep a `locale/` of their own."""
    found = Catalog()
    for path in _sources(folder):
        source = path.read_text(encoding="utf-8")
        for message, context in _strings(path, source):
            found.add(message, context=context)
    return found


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in SKIPPED and not (path / "locale").is_dir():
            yield from _sources(path)
        elif path.suffix in (".py", ".html", ".txt"):
            yield path


def _strings(path: Path, source: str) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Templates become what Django makes of them for xgettext; its calls read like those of a script."""
    method = "python" if path.suffix == ".py" else "javascript"
    code = source if method == "python" else templatize(source, origin=str(path))
    for _line, message, _comments, context in extract(method, io.BytesIO(code.encode()), KEYWORDS):
        if message:
            yield message, context


def update(folder: Path) -> Catalog:
    """Bring the catalogue of `folder` up to date and compile it; return it."""
    path, used = folder / MESSAGES, used_in(folder)
    old = _read(path) if path.exists() else Catalog()
    new = Catalog(locale="zh_Hans", charset="utf-8", fuzzy=False, header_comment=HEADER)
    for message in used:
        if message.id:
            known = old.get(message.id, message.context)
            new.add(message.id, known.string if known else None, context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(text, new, width=120, sort_output=True)
    path.write_text(NOISE.sub("", text.getvalue().decode()), encoding="utf-8")
    path.with_suffix(".mo").write_bytes(compiled(new))
    return new


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def compiled(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def faults(folder: Path) -> list[str]:
    """Say what is wrong with the Chinese of an app: missing, left over, other placeholders, or not compiled."""
    path = folder / MESSAGES
    kept, used = _read(path), used_in(folder)
    keys = {(message.id, message.context) for message in kept if message.id}
    wanted = {(message.id, message.context) for message in used if message.id}
    found = [f"not in the catalogue: {key[0]}" for key in sorted(wanted - keys, key=str)]
    found += [f"no longer used: {key[0]}" for key in sorted(keys - wanted, key=str)]
    found += [f"not translated: {message.id}" for message in kept if message.id and not all(_texts(message.string))]
    found += [f"other placeholders: {message.id}" for message in kept if message.id and _misplaced(message)]
    with path.with_suffix(".mo").open("rb") as file:
        served = read_mo(file)
    if _plain(served) != _plain(kept):
        found.append(f"{path.with_suffix('.mo').name} is not what {path.name} says")
    return found


def _texts(words: object) -> list[str]:
    return [str(part) for part in words] if isinstance(words, (tuple, list)) else [str(words or "")]


def _plain(catalogue: Catalog) -> set[tuple[str, ...]]:
    return {
        (_context(message.context), *_texts(message.id), *_texts(message.string))
        for message in catalogue
        if message.id and all(_texts(message.string))
    }


def _context(context: str | bytes | None) -> str:
    """Read from a .mo, a context comes back as bytes."""
    return context.decode() if isinstance(context, bytes) else context or ""


def _misplaced(message: object) -> bool:
    """A translation may drop the counted number of a plural, but never invent a placeholder."""
    wanted = {name for text in _texts(message.id) for name in PLACEHOLDER.findall(text)}  # type: ignore[attr-defined]
    return any(set(PLACEHOLDER.findall(text)) - wanted for text in _texts(message.string))  # type: ignore[attr-defined]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        missing = [message.id for message in update(Path(name)) if message.id and not all(_texts(message.string))]
        sys.stdout.write(f"{name}: {len(missing)} to translate\n" + "".join(f"  {words}\n" for words in missing))
