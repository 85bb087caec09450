from django.contrib import admin
from django.urls import include, path

from caseload.ownnumber import own_number
from partners.views import mandates
from statistics.published import ADDRESS

from . import health, information

urlpatterns = [
    path("", include("partners.urls")),
    path("beheer/", admin.site.urls),
    *information.urlpatterns,
    path(f"{ADDRESS}/", include("statistics.published.urls")),
    path("rijksregisternummer/", own_number, name="own_number"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    # Pages of an institution, under its slug. After the other addresses: their first words are never slugs.
    path("<slug:slug>/", include("caseload.urls")),
    path("<slug:slug>/inzages/", include("oversight.urls")),
    path("<slug:slug>/cijfers/", include("statistics.urls")),
    path("<slug:slug>/machtigingen/", mandates, name="mandates"),
]

handler400 = "kbi_portal.errors.bad_request"
handler404 = "kbi_portal.errors.not_found"
handler403 = "kbi_portal.errors.forbidden"
handler500 = "kbi_portal.errors.server_error"
