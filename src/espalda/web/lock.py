"""The lock of the diary on a machine of one's own: a passphrase, asked once for each run of the browser.

It keeps a passer-by from reading. It encrypts nothing: whoever can read the files of the machine needs no passphrase.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse

from espalda.web import throttle
from espalda.web.models import Person

MIN_LENGTH: Final = 6

_COOKIE: Final = "unlocked"
_OPEN_S: Final = 12 * 60 * 60
"""How long a browser stays unlocked at most: some never end their session."""


def is_closed(request: HttpRequest, person: Person) -> bool:
    """Return whether this browser still has to give the passphrase of `person`."""
    if not person.passphrase:
        return False
    return request.get_signed_cookie(_COOKIE, None, salt=person.passphrase, max_age=_OPEN_S) is None


def fits(person: Person, passphrase: str) -> bool | None:
    """Return whether it is the passphrase; None where too many wrong ones came before, and none is looked at."""
    if throttle.is_spent("lock", str(person.pk)):
        return None
    if check_password(passphrase, person.passphrase):
        return True
    throttle.count("lock", str(person.pk))
    return False


def change(person: Person, passphrase: str) -> None:
    """Set the passphrase, which locks every browser; an empty one removes the lock."""
    person.passphrase = make_password(passphrase) if passphrase else ""
    person.save(update_fields=["passphrase"])


def open_browser(response: HttpResponse, person: Person) -> None:
    """Have the browser that gets `response` remember, until it is closed, that it may read. It ends with the phrase."""
    if person.passphrase:
        response.set_signed_cookie(
            _COOKIE,
            "yes",
            salt=person.passphrase,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def close_browser(response: HttpResponse) -> None:
    """Have the browser that gets `response` forget it."""
    response.delete_cookie(_COOKIE, samesite="Lax")
