"""The companies' machines."""

from onefold.web.api.routes import api

urls = api.urls
