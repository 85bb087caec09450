from django.urls import path

from . import views

app_name = "published"

# Others link to these addresses: none changes.
urlpatterns = [
    path("", views.page, name="page"),
    path("cijfers.csv", views.csv, name="csv"),
    path("cijfers.json", views.json, name="json"),
    path("dcat.jsonld", views.dcat, name="dcat"),
    path("<slug:month>/", views.page, name="month"),
    path("<slug:month>/cijfers.csv", views.csv, name="month_csv"),
    path("<slug:month>/cijfers.json", views.json, name="month_json"),
]
