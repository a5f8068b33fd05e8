from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "onefold.web"
    label = "web"

    def ready(self) -> None:
        from onefold.web.sign_in_lines import listen

        listen()
