from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "onefold.domains.contacts"
    label = "contacts"
