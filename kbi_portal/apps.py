from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """The Django admin under the portal's own site class."""

    default_site = "kbi_portal.admin_site.PortalAdminSite"
