"""The addresses of accounts, all under ``/account/``: of the library's own, those that need no mail."""

from __future__ import annotations

from typing import Final

from allauth.account import views as allauth
from django.urls import include, path

from espalda.web.views import account

urlpatterns: Final = [
    path("", account.show, name="account"),
    path("sign-in/", allauth.login, name="account_login"),
    path("sign-out/", allauth.logout, name="account_logout"),
    path("sign-up/", allauth.signup, name="account_signup"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("confirm/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/", allauth.password_change, name="account_change_password"),
    path("second-factor/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
