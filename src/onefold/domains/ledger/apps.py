from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "onefold.domains.ledger"
    label = "ledger"
