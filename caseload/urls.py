from django.urls import path

from . import uploadpages, views

urlpatterns = [
    path("", views.client_list, name="client_list"),
    path("zoeken/", views.client_search, name="client_search"),
    path("zoeken/<uuid:search_id>/", views.search_results, name="search_results"),
    path("dossier/<uuid:public_id>/", views.person_file, name="person_file"),
    path("dossier/<uuid:public_id>/volgen/", views.person_follow, name="person_follow"),
    path("lijsten/", uploadpages.upload_list, name="upload_list"),
    path("lijsten/<uuid:public_id>/", uploadpages.upload, name="upload"),
    path("lijsten/<uuid:public_id>/verslag/", uploadpages.upload_report, name="upload_report"),
]
