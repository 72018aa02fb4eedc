"""How this browser wants the pages to look: dark or light, and the size of the text. Cookies keep it, no diary."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

THEMES: Final[dict[str, Promise]] = {"system": _("As on the device"), "light": _("Light"), "dark": _("Dark")}
SIZES: Final[dict[str, Promise]] = {"usual": _("Usual"), "large": _("Large"), "huge": _("Very large")}
DARK_MEDIA: Final = {"system": "screen and (prefers-color-scheme: dark)", "light": "", "dark": "screen"}


class Look(NamedTuple):
    """The theme, and the size of the text."""

    theme: str
    size: str

    @property
    def dark_media(self) -> str:
        """The media the dark colours are for; empty where they are not wanted."""
        return DARK_MEDIA[self.theme]


def chosen(request: HttpRequest) -> Look:
    """Return what the cookies say; the device's theme and the usual size where they say nothing known."""
    theme, size = request.COOKIES.get("theme", ""), request.COOKIES.get("size", "")
    return Look(theme if theme in THEMES else "system", size if size in SIZES else "usual")
