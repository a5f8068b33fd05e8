from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "onefold.domains.intake"
    label = "intake"
