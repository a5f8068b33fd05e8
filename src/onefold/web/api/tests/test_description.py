"""The interface does what its description says: schemathesis asks every operation in ways nobody thought of."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from onefold.commands.viewer import Viewer
from onefold.kernel.ids import new_id
from onefold.web.api.tests.machines import Machine

EXAMPLES = 12
ALL = ("FEEDS", "LEADS", "WEBHOOKS", "DECISIONS", "ORDERS")


CAREFUL = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    from onefold.web.api.door import api

    return [
        (path, method, words)
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, words in methods.items()
    ]


def takes_anything(method: str, path: str) -> bool:
    words = next(words for other, verb, words in operations() if (other, verb) == (path, method))
    return bool(words.get("parameters") or words.get("requestBody"))


@pytest.fixture
def described(harbour, monkeypatch) -> Any:
    cache.clear()
    monkeypatch.setattr("onefold.web.api.entrance._count", lambda viewer, scope: None)
    machine = Machine(Viewer.of_company("HPC"), *ALL)
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return described, {"Authorization": f"Bearer {machine.secret}"}


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", [f"{method} {path}" for path, method, _ in operations()])
def test_every_operation_answers_as_it_is_described(described, operation, mode):
    """`mode`: values as described, and values that are not."""
    method, path = operation.split()
    if mode is GenerationMode.NEGATIVE and not takes_anything(method, path):
        return
    described, authorised = described
    asked = described[path][method]

    @CAREFUL
    @given(case=asked.as_strategy(generation_mode=mode))
    def answers(case):
        if mode is GenerationMode.POSITIVE:
            give_an_id_of_its_own(case)
        case.call_and_validate(headers=authorised)

    answers()


def give_an_id_of_its_own(case: Any) -> None:
    """One id for two commands is refused, and rightly; generated values are short of ids, so that they come twice."""
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(new_id())
    if isinstance(case.body, dict) and "decision_id" in case.body:
        case.body["decision_id"] = str(new_id())


def test_every_operation_says_how_it_refuses():
    for path, method, words in operations():
        answers = {str(status) for status in words["responses"]}
        wanted = {"401", "403", "422", "429", "503"} | ({"404"} if "{" in path else set())
        assert wanted <= answers, (path, method)
        assert words["security"], (path, method)
        assert words["summary"], (path, method)


def test_every_text_and_number_that_comes_in_is_bounded():
    from onefold.web.api.door import api

    schemas = api.get_openapi_schema()["components"]["schemas"]
    incoming = [schema for name, schema in schemas.items() if name.endswith("In")]
    fields = [(name, field) for schema in incoming for name, field in schema["properties"].items()]
    fields += [
        (parameter["name"], parameter["schema"])
        for _, _, words in operations()
        for parameter in words.get("parameters", ())
    ]
    assert fields
    for name, field in fields:
        for part in field.get("anyOf", [field]):
            _is_bounded(name, part)


def _is_bounded(name: str, part: dict[str, Any]) -> None:
    if part.get("type") == "string":
        assert {"maxLength", "format", "enum", "const"} & part.keys(), name
    if part.get("type") in ("integer", "number"):
        assert {"minimum", "maximum"} <= part.keys(), name
    if part.get("type") == "array":
        assert "maxItems" in part, name
        _is_bounded(name, part["items"])


def test_the_description_itself_is_open_to_everybody(harbour):
    assert Client().get("/api/v1/openapi.json").status_code == 200
