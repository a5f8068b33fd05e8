from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "onefold.domains.organisation"
    label = "organisation"
