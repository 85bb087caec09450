from django.urls import path

from . import colleagues, registration, views

urlpatterns = [
    path("", views.client_list, name="client_list"),
    path("caseload/", colleagues.caseloads, name="caseloads"),
    path("caseload/gezien/", colleagues.seen, name="hand_overs_seen"),
    path("zoeken/", views.client_search, name="client_search"),
    path("zoeken/<uuid:search_id>/", views.search_results, name="search_results"),
    path("zoeken/<uuid:search_id>/inschrijven/", registration.register, name="register_client"),
    path("wacht-op-de-kbi/", registration.waiting_list, name="waiting_list"),
    path("dossier/<uuid:public_id>/vergissing/", registration.withdraw, name="withdraw_registration"),
    path("dossier/<uuid:public_id>/", views.person_file, name="person_file"),
    path("dossier/<uuid:public_id>/volgen/", views.person_follow, name="person_follow"),
]
