from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "onefold.domains.leads"
    label = "leads"
