"""What every page shows around its content: whose diary is open, which section it is, and what stands."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from espalda.web import safety
from espalda.web.access import chosen_person
from espalda.web.wording import reader_language


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the header, the banners and the navigation need."""
    match = request.resolver_match
    person = getattr(request, "person", None) or chosen_person(request)
    standing = safety.standing(person)
    return {
        "person": person,
        "section": (match.url_name or "").split("-")[0] if match else "",
        "standing": standing,
        "standing_name": standing.level.name(reader_language()) if standing else "",
    }
