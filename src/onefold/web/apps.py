from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "onefold.web"
    label = "web"
