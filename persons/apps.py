from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonsConfig(AppConfig):
    name = "persons"
    verbose_name = _("Personen")

    def ready(self) -> None:
        from partners import services

        from . import checks  # noqa: F401

        services.also_bound.append("persons_bind_rules()")
