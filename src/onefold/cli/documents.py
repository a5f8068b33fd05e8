"""Documents that are written by the code they describe. `./onefold check` fails when one of them is out of date."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import django

from onefold.cli import place
from onefold.cli.gates_page import gates_page
from onefold.seam import datasets
from onefold.seam.contracts import Dataset

NOTE = "<!-- Written by `./onefold docs`; edit the code, not this page. -->\n\n"


def write_all() -> None:
    for path, write in documents().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NOTE + write())


def stale() -> list[str]:
    """Return the documents that differ from what the code says now."""
    root = place.home()
    return [
        str(path.relative_to(root))
        for path, write in documents().items()
        if not path.exists() or path.read_text() != NOTE + write()
    ]


def documents() -> dict[Path, Callable[[], str]]:
    from onefold.analytics import indicators

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onefold.config.settings")
    place.var()
    django.setup()

    folder = place.home() / "docs" / "reference"
    return {
        folder / "datasets.md": datasets_page,
        folder / "events.md": events_page,
        folder / "doors.md": doors_page,
        folder / "indicators.md": indicators.document,
        folder / "gates.md": gates_page,
    }


def datasets_page() -> str:
    groups = {
        "Catalogue": datasets.CATALOGUE,
        "Landed (the lake)": datasets.LANDED,
        "Sealed (the vault)": datasets.SEALED,
        "Exported by the rooms": datasets.EXPORTED,
        "Derived": datasets.DERIVED,
    }
    parts = ["# Datasets\n\n", (inspect.getdoc(datasets) or "") + "\n"]
    for title, members in groups.items():
        parts.append(f"\n## {title}\n")
        parts += [dataset_section(dataset) for dataset in members]
    return "".join(parts)


def dataset_section(dataset: Dataset) -> str:
    rows = "".join(
        f"| `{column.name}` | {column.type}{', may be empty' if column.optional else ''} | {column.meaning} |\n"
        for column in dataset.columns
    )
    key = ", ".join(f"`{name}`" for name in dataset.key)
    return f"\n### {dataset.name}\n\nOne row: {dataset.grain}. Key: {key}.\n\n| column | type | meaning |\n|---|---|---|\n{rows}"


def events_page() -> str:
    lines = ["# Events\n\n", "Past-tense facts that a room tells others through the outbox.\n\n"]
    lines.append("| event | fields | meaning | reactions |\n|---|---|---|---|\n")
    for name, event in sorted(events()):
        names = ", ".join(f"`{field.name}`" for field in fields(event))
        meaning = (event.__doc__ or "").split("\n")[0]
        meaning = "" if meaning.startswith(f"{event.__name__}(") else meaning
        lines.append(f"| `{name}` | {names} | {meaning} | {', '.join(reactions().get(name, ())) or '—'} |\n")
    return "".join(lines)


def events() -> Iterator[tuple[str, type]]:
    from onefold import domains

    for room in pkgutil.iter_modules(domains.__path__):
        if not (Path(domains.__path__[0]) / room.name / "events.py").exists():
            continue
        module = importlib.import_module(f"onefold.domains.{room.name}.events")
        for name, value in inspect.getmembers(module, inspect.isclass):
            if is_dataclass(value) and value.__module__ == module.__name__:
                yield f"{room.name}.{name}", value


def reactions() -> dict[str, list[str]]:
    from onefold.config.reactions import REACTIONS

    return {event: list(found) for event, found in REACTIONS.items()}


def doors_page() -> str:
    from onefold.web.routes import ANYBODY, ROUTES, SIGNED_IN

    rows = []
    for route, roles in ROUTES.items():
        who = {ANYBODY: "anybody", SIGNED_IN: "everybody who is signed in"}.get(roles) or ", ".join(sorted(roles))
        rows.append(f"| `{route}` | {who} |\n")
    return "# Who may come through which door\n\n| route | roles |\n|---|---|\n" + "".join(rows)
