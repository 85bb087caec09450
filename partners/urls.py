from allauth.account import views as account
from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("aanmelden/", views.LoginView.as_view(), name="account_login"),
    path("afmelden/", account.logout, name="account_logout"),
    path("registreren/", account.signup, name="account_signup"),
    path("wachtwoord/", views.PasswordChangeView.as_view(), name="account_change_password"),
    path("wachtwoord-vergeten/", views.password_reset, name="account_reset_password"),
    path("wachtwoord-vergeten/verzonden/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "wachtwoord-vergeten/<slug:uidb36>/<slug:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("uitnodiging/", views.invitation, name="invitation"),
    path("uitnodiging/<str:token>/", views.invitation_link, name="invitation_link"),
    path("taal/", views.switch_language, name="set_language"),
]
