from django.urls import path

from . import views

urlpatterns = [
    path("", views.client_list, name="client_list"),
    path("zoeken/", views.client_search, name="client_search"),
    path("zoeken/<uuid:search_id>/", views.search_results, name="search_results"),
    path("lijst/", views.paste_list, name="paste_list"),
    path("lijst/<uuid:list_id>/", views.pasted_list, name="pasted_list"),
    path("dossier/<uuid:public_id>/", views.person_file, name="person_file"),
    path("dossier/<uuid:public_id>/volgen/", views.person_follow, name="person_follow"),
]
