"""The description that programs read, put right where the framework knows it less well than we do."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

PROBLEM = "application/problem+json"


class Door(NinjaAPI):
    """The framework's, but a refusal is described as what it is: problem JSON."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        described = super().get_openapi_schema(*args, **kwargs)
        for methods in described["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "content" in answer:
                        answer["content"] = {PROBLEM: next(iter(answer["content"].values()))}
        return described
