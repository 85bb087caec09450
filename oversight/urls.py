from django.urls import path

from . import views

app_name = "oversight"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("bestand/", views.export, name="export"),
    path("persoon/", views.person_search, name="person_search"),
    path("persoon/<uuid:search_id>/", views.person, name="person"),
    path("signalen/<slug:reference>/", views.handle_signal, name="handle_signal"),
    path("<uuid:look_id>/", views.look, name="look"),
]
