"""The address without a path: everybody goes to the page they work on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from onefold.web.asking import Asked
from onefold.web.routes import HOME_OF


def home(request: Asked) -> HttpResponse:
    return redirect(HOME_OF[next(iter(request.viewer.roles))])
