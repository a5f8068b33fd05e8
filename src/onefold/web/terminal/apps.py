from django.apps import AppConfig


class TerminalConfig(AppConfig):
    name = "onefold.web.terminal"
    label = "terminal"
