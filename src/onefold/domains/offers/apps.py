from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "onefold.domains.offers"
    label = "offers"
