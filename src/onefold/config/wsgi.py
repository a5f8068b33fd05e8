"""Django's own application, for whoever serves it otherwise than `onefold up` does; see `asgi.py`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onefold.config.settings")

from django.core.wsgi import get_wsgi_application

from onefold.commands.logs import watch_uncaught

application = get_wsgi_application()
watch_uncaught()
