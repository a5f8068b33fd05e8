from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "onefold.web.backoffice"
    label = "backoffice"
