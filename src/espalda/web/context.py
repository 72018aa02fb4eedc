"""What every page shows around its content: whose diary is open, and which section of the site it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from espalda.web.access import chosen_person


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the header, the banner and the navigation need."""
    match = request.resolver_match
    return {
        "person": getattr(request, "person", None) or chosen_person(request),
        "section": (match.url_name or "").split("-")[0] if match else "",
    }
