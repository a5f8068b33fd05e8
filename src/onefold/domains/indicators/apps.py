from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "onefold.domains.indicators"
    label = "indicators"
