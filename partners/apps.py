from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        from . import checks, schema  # noqa: F401

        pre_migrate.connect(schema.before_migrate, dispatch_uid="partners.before_migrate")
        post_migrate.connect(schema.after_migrate, dispatch_uid="partners.after_migrate")
