from django.urls import path

from . import letterpages, views
from .escapes import views as escapes
from .shields import views as shields

app_name = "oversight"

urlpatterns = [
    path("", views.desk, name="desk"),
    path("bestand/", views.export, name="export"),
    path("persoon/", views.person_search, name="person_search"),
    path("persoon/<uuid:search_id>/", views.person, name="person"),
    path("signalen/<slug:reference>/", views.handle_signal, name="handle_signal"),
    path("noodinzages/", escapes.queue, name="escapes"),
    path("noodinzages/<uuid:escape_id>/", escapes.review_escape, name="escape"),
    path("persoon/<uuid:search_id>/afscherming/", shields.protection, name="protection"),
    path("afschermingen/", shields.shields, name="shields"),
    path("afschermingen/wie-mag-kijken/", shields.lookers, name="lookers"),
    path("afschermingen/eigen-nummers/", shields.own_files, name="own_files"),
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
