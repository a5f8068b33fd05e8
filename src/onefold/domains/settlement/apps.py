from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "onefold.domains.settlement"
    label = "settlement"
