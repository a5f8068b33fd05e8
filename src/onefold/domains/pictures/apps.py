from django.apps import AppConfig


class PicturesConfig(AppConfig):
    name = "onefold.domains.pictures"
    label = "pictures"
