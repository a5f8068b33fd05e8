from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "onefold.web.ui"
    label = "ui"
