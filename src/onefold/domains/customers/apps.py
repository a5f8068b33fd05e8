from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "onefold.domains.customers"
    label = "customers"
