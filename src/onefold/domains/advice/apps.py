from django.apps import AppConfig


class AdviceConfig(AppConfig):
    name = "onefold.domains.advice"
    label = "advice"
