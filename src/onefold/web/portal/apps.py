from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "onefold.web.portal"
    label = "portal"
