from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "onefold.domains.releases"
    label = "releases"
