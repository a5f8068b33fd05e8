from django.apps import AppConfig


class ModellingConfig(AppConfig):
    name = "onefold.domains.modelling"
    label = "modelling"
