from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "onefold.jobs"
    label = "jobs"
