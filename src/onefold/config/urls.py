"""The routes: each door under its own prefix. Who may come through which is in `onefold.web.routes`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from onefold.web.api.urls import urls as api_urls
from onefold.web.demo import demo_entry
from onefold.web.home import home

handler404 = "onefold.web.errors.not_found"
handler500 = "onefold.web.errors.went_wrong"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api_urls),  # first: machines ask most
    path("", home, name="home"),
    path("demo/", demo_entry, name="demo_entry"),
    path("language/", set_language, name="set_language"),
    path("", include("onefold.web.sign_in")),
    path("cockpit/", include("onefold.web.cockpit.urls")),
    path("today/", include("onefold.web.terminal.urls")),
    path("mine/", include("onefold.web.portal.urls")),
    path("", include("onefold.web.backoffice.urls")),
    path("gallery/", include("onefold.web.ui.urls")),
]
