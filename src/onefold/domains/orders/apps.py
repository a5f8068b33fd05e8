from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "onefold.domains.orders"
    label = "orders"
