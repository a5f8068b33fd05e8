from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "onefold.domains.catalogue"
    label = "catalogue"
