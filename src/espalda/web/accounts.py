"""What accounts need beside the library that keeps them: who may sign up, the form for it, and a forgotten password.

Imported only where there are accounts.
"""

from __future__ import annotations

import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

from espalda.web.models import Person
from espalda.web.zones import ZoneField


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """The library's behaviour, but that sign-up can be closed."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Return whether anyone may open an account."""
        return settings.OPEN_FOR_SIGNUP


class SignupForm(forms.Form):
    """What sign-up asks beside name and password."""

    time_zone = ZoneField()

    def signup(self, _request: HttpRequest, user: User) -> None:
        """Give a new account its diary."""
        Person.objects.create(user=user, kind=Person.Kind.OWN, time_zone=self.cleaned_data["time_zone"])


def reset_password(name: str, *, second_factor: bool) -> str | None:
    """Give an account a new password, which ends its sessions, and return it; None where there is no such account.

    With `second_factor` its passkeys, authenticator and recovery codes go as well.
    """
    # What is no text, as bytes from a command line may be, is no account's name.
    user = User.objects.filter(username__iexact=name).first() if name.isprintable() else None
    if user is None:
        return None
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    if second_factor:
        Authenticator.objects.filter(user=user).delete()
    return password
