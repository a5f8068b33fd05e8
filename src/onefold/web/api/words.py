"""How long and of what letters a word may be that comes from outside. What is bounded here never surprises the database."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from pydantic import Field

from onefold.web.api.refusals import WordsUnsuitable

CODE = r"^[A-Za-z0-9_.\-]+$"
"""Letters, digits, dot, dash, underscore: codes of sellers, channels, series."""

Code = Annotated[str, Field(min_length=1, max_length=40, pattern=CODE)]
CustomerKey = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""What a company calls a customer: any letters, no control characters."""


def asks_only(request: HttpRequest, *names: str) -> None:
    """Refuse a question with a word nobody knows: `?sellr=…` must not be answered with everybody's."""
    if request.GET.keys() - set(names):
        raise WordsUnsuitable(place="?")
