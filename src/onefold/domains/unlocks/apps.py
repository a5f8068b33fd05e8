from django.apps import AppConfig


class UnlocksConfig(AppConfig):
    name = "onefold.domains.unlocks"
    label = "unlocks"
