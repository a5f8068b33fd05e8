from django.apps import AppConfig


class CockpitConfig(AppConfig):
    name = "onefold.web.cockpit"
    label = "cockpit"
