from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "onefold.domains.consent"
    label = "consent"
