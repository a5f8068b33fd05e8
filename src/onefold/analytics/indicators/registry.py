"""All definitions: every module of `definitions/` is one, found by itself."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from onefold.analytics.indicators import definitions as shelf
from onefold.analytics.indicators.definition import UNITS, Definition


@cache
def registered() -> tuple[Definition, ...]:
    """Return the definitions by name; raise ValueError when a module has none or is not called like it."""
    return tuple(
        _definition_of(module.name) for module in sorted(pkgutil.iter_modules(shelf.__path__), key=lambda m: m.name)
    )


def definitions() -> list[dict[str, Any]]:
    """Return the definitions as plain values, for the manifest of a release and the pages that publish it."""
    return [
        {
            "name": definition.name,
            "version": definition.version,
            "title": definition.title,
            "formula": definition.formula,
            "unit": definition.unit,
            "unit_words": UNITS[definition.unit],
            "rows": definition.rows,
            "columns": definition.columns,
        }
        for definition in registered()
    ]


def _definition_of(module_name: str) -> Definition:
    definition = getattr(importlib.import_module(f"{shelf.__name__}.{module_name}"), "DEFINITION", None)
    if not isinstance(definition, Definition) or definition.name != module_name:
        raise ValueError(f"definitions/{module_name}.py must set DEFINITION, named {module_name}")
    return definition
