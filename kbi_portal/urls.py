from django.contrib import admin
from django.urls import include, path

from . import health

urlpatterns = [
    path("", include("caseload.urls")),
    path("", include("partners.urls")),
    path("cijfers/", include("statistics.urls")),
    path("beheer/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]

handler404 = "kbi_portal.errors.not_found"
handler403 = "kbi_portal.errors.forbidden"
handler500 = "kbi_portal.errors.server_error"
