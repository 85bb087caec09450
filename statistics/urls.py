from django.urls import path

from . import views
from .careful import views as careful
from .leadtimes import views as leadtimes

app_name = "statistics"

urlpatterns = [
    path("", views.own, name="own"),
    path("bestand/", views.own_download, name="own_download"),
    path("verwachting/", views.own_expected, name="own_expected"),
    path("verwachting/bestand/", views.own_expected_download, name="own_expected_download"),
    path("zorgvuldig/", careful.own_careful, name="own_careful"),
    path("zorgvuldig/bestand/", careful.own_careful_download, name="own_careful_download"),
    path("omwegen/", leadtimes.own, name="own_leadtimes"),
    path("omwegen/bestand/", leadtimes.own_download, name="own_leadtimes_download"),
]
