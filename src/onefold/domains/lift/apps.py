from django.apps import AppConfig


class LiftConfig(AppConfig):
    name = "onefold.domains.lift"
    label = "lift"
