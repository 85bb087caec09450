from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Raadplegingen")

    def ready(self) -> None:
        from . import checks, refusals  # noqa: F401
