from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

OWN_APPS = {"partners", "persons", "statistics"}
EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
# Tables of libraries the web role only reads, or only appends to.
NARROWER = {
    "auth_permission": "SELECT",
    "auth_group": "SELECT, INSERT, UPDATE",
    "auth_group_permissions": "SELECT",
    "django_content_type": "SELECT",
    "django_admin_log": "SELECT, INSERT",
    "guardian_userobjectpermission": "SELECT",
    "guardian_groupobjectpermission": "SELECT",
}


def grant_library_tables(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **kwargs: object) -> None:
    """Let the web role use the tables of libraries; the portal's own tables are granted in their migrations."""
    if sender.label in OWN_APPS:
        return
    tables = {
        model._meta.db_table
        for model in apps.get_app_config(sender.label).get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    with connections[using].cursor() as cursor:
        existing = set(connections[using].introspection.table_names(cursor))
        for table in sorted(tables & existing):
            cursor.execute(f'GRANT {NARROWER.get(table, EVERYTHING)} ON "{table}" TO kbi_web')
        if tables & existing:
            cursor.execute("GRANT SELECT ON django_migrations TO kbi_web")
            cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO kbi_web")


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("partners")

    def ready(self) -> None:
        post_migrate.connect(grant_library_tables, dispatch_uid="partners.grant_library_tables")
