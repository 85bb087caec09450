from django.urls import path

from . import changing, uploadpages, views

urlpatterns = [
    path("", views.client_list, name="client_list"),
    path("zoeken/", views.client_search, name="client_search"),
    path("zoeken/<uuid:search_id>/", views.search_results, name="search_results"),
    path("dossier/<uuid:public_id>/", views.person_file, name="person_file"),
    path("dossier/<uuid:public_id>/volgen/", views.person_follow, name="person_follow"),
    path("lijsten/", uploadpages.upload_list, name="upload_list"),
    path("lijsten/<uuid:public_id>/", uploadpages.upload, name="upload"),
    path("lijsten/<uuid:public_id>/verslag/", uploadpages.upload_report, name="upload_report"),
    path("dossier/<uuid:public_id>/verlengen/", changing.inscription_extend, name="inscription_extend"),
    path("dossier/<uuid:public_id>/beeindigen/", changing.inscription_end, name="inscription_end"),
    path("dossier/<uuid:public_id>/geschiedenis/", changing.inscription_history, name="inscription_history"),
    path("keuze/", changing.choose, name="choose"),
    path("keuze/<uuid:selection_id>/verlengen/", changing.selection_extend, name="selection_extend"),
    path("keuze/<uuid:selection_id>/beeindigen/", changing.selection_end, name="selection_end"),
    path("keuze/<uuid:selection_id>/uitkomst/", changing.selection_outcome, name="selection_outcome"),
    path("beeindigd/", changing.ended_list, name="ended_list"),
]
