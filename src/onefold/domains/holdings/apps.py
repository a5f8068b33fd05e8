from django.apps import AppConfig


class HoldingsConfig(AppConfig):
    name = "onefold.domains.holdings"
    label = "holdings"
