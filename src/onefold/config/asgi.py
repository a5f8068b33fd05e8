"""What the web server calls: the gateway, and Django's WSGI application behind it."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onefold.config.settings")

from django.conf import settings
from django.urls import Resolver404, resolve

from onefold.config.wsgi import application as pages
from onefold.web.gateway.application import Gateway
from onefold.web.gateway.limits import MIB, limits_from, spool_folder
from onefold.web.routes import TAKE_FILES


def takes_files(path: str) -> bool:
    try:
        return resolve(path).view_name in TAKE_FILES
    except Resolver404:
        return False


takes_files("/")  # the routes are read now, not before the first answer
application = Gateway(
    pages,
    limits_from(os.environ),
    spool_folder(settings.VAR),
    takes_files,
    settings.INTAKE_BYTES_MAX + MIB,  # a form's own words stand round the file
)

gc.freeze()  # what was loaded stays: looking through it again and again is a pause in somebody's answer
gc.set_threshold(20_000, 20, 50)
