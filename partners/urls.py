from allauth.account import views as account
from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("aanmelden/", account.login, name="account_login"),
    path("afmelden/", account.logout, name="account_logout"),
    path("registreren/", account.signup, name="account_signup"),
    path("wachtwoord/", account.password_change, name="account_change_password"),
    path("taal/", views.switch_language, name="set_language"),
]
