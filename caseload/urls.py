from django.urls import path

from . import views
from .detours import views as detours
from .questions import views as questions

urlpatterns = [
    path("", views.client_list, name="client_list"),
    path("zoeken/", views.client_search, name="client_search"),
    path("zoeken/<uuid:search_id>/", views.search_results, name="search_results"),
    path("dossier/<uuid:public_id>/", views.person_file, name="person_file"),
    path("dossier/<uuid:public_id>/volgen/", views.person_follow, name="person_follow"),
    path("dossier/<uuid:public_id>/via-derde/", detours.request_note, name="request_note"),
    path("dossier/<uuid:public_id>/klopt-niet/", questions.question_ask, name="question_ask"),
    path("vragen/", questions.question_list, name="question_list"),
    path("vragen/<uuid:question_id>/", questions.question_answer, name="question_answer"),
    path("via-derden/", detours.request_list, name="request_list"),
    path("via-derden/bestand/", detours.request_export, name="request_export"),
    path("via-derden/<uuid:request_id>/", detours.request_close, name="request_close"),
]
