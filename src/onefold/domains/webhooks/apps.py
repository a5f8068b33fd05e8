from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "onefold.domains.webhooks"
    label = "webhooks"
