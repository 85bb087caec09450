from django.urls import path

from . import views
from .leadtimes import views as leadtimes

app_name = "statistics"

urlpatterns = [
    path("", views.own, name="own"),
    path("bestand/", views.own_download, name="own_download"),
    path("omwegen/", leadtimes.own, name="own_leadtimes"),
    path("omwegen/bestand/", leadtimes.own_download, name="own_leadtimes_download"),
]
