"""What the web server calls."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onefold.config.settings")

from django.core.wsgi import get_wsgi_application

from onefold.commands.logs import watch_uncaught

application = get_wsgi_application()
watch_uncaught()

gc.freeze()  # what was loaded stays: looking through it again and again is a pause in somebody's answer
gc.set_threshold(20_000, 20, 50)
