from django.apps import AppConfig


class ServiceConfig(AppConfig):
    name = "onefold.domains.service"
    label = "service"
