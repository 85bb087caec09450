from django.urls import path

from . import views
from .shields import views as shields

app_name = "oversight"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("bestand/", views.export, name="export"),
    path("persoon/", views.person_search, name="person_search"),
    path("persoon/<uuid:search_id>/", views.person, name="person"),
    path("persoon/<uuid:search_id>/afscherming/", shields.protection, name="protection"),
    path("afschermingen/", shields.shields, name="shields"),
    path("afschermingen/wie-mag-kijken/", shields.lookers, name="lookers"),
    path("afschermingen/eigen-nummers/", shields.own_files, name="own_files"),
    path("<uuid:look_id>/", views.look, name="look"),
]
