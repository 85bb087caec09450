from django.urls import path

from . import letterpages, views

app_name = "oversight"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("bestand/", views.export, name="export"),
    path("persoon/", views.person_search, name="person_search"),
    path("persoon/<uuid:search_id>/", views.person, name="person"),
    path("persoon/<uuid:search_id>/brief/", letterpages.letter_start, name="letter_start"),
    path("persoon/<uuid:search_id>/vertrouwelijk/", letterpages.withholdings, name="withholdings"),
    path(
        "persoon/<uuid:search_id>/vertrouwelijk/<uuid:withholding_id>/",
        letterpages.withholding_end,
        name="withholding_end",
    ),
    path("brief/<uuid:letter_id>/", letterpages.letter, name="letter"),
    path("brief/<uuid:letter_id>/bestand/", letterpages.letter_file, name="letter_file"),
    path("<uuid:look_id>/", views.look, name="look"),
]
