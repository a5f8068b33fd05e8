"""Definitions are found by themselves, say what they mean in both languages, and make the document."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from onefold.analytics.indicators import document, registered, registry
from onefold.analytics.indicators.document import DIMENSION
from onefold.analytics.indicators.registry import shelf

EXPECTED = {
    "active_customers",
    "channel_penetration",
    "co_holding",
    "co_holding_company",
    "companies_per_customer",
    "contracts_at_least",
    "contracts_per_customer",
    "contribution",
    "customer_penetration",
    "customers_by_series_count",
    "multi_company_share",
    "product_penetration",
    "product_penetration_strict",
    "series_penetration",
}


def test_every_definition_is_found() -> None:
    assert {definition.name for definition in registered()} == EXPECTED


def test_definitions_can_be_published_as_json() -> None:
    published = json.loads(json.dumps(registry.definitions()))
    for words in published:
        assert {"en", "zh-Hans"} == words["title"].keys() == words["formula"].keys() == words["unit_words"].keys()
        assert words["rows"] in DIMENSION and words["columns"] in DIMENSION


def test_the_document_has_a_section_for_each() -> None:
    page = document()
    assert [line.split("`")[1] for line in page.splitlines() if line.startswith("## ")] == sorted(EXPECTED)
    assert all(definition.formula["zh-Hans"] in page for definition in registered())


BORROWED = "from onefold.analytics.indicators.definitions.customer_penetration import DEFINITION"


@pytest.mark.parametrize("text", ["", BORROWED])
def test_a_module_without_a_definition_of_its_name_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stray.py").write_text(text)
    monkeypatch.setattr(shelf, "__path__", [str(tmp_path), *shelf.__path__])
    registered.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"stray\.py"):
            registered()
    finally:
        registered.cache_clear()
        sys.modules.pop(f"{shelf.__name__}.stray", None)
