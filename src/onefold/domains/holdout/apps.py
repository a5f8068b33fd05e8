from django.apps import AppConfig


class HoldoutConfig(AppConfig):
    name = "onefold.domains.holdout"
    label = "holdout"
