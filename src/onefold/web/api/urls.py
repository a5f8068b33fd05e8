"""The companies' machines."""

from onefold.web.api.door import api

urls = api.urls
