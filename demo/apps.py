from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Everything that invents or embeds: no models, no pages, and never part of a real installation."""

    name = "demo"
