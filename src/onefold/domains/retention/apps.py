from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "onefold.domains.retention"
    label = "retention"
