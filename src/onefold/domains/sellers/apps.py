from django.apps import AppConfig


class SellersConfig(AppConfig):
    name = "onefold.domains.sellers"
    label = "sellers"
