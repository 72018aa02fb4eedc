"""What every page shows around its content: whose diary is open, how it looks, which section it is, and what stands."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from espalda.web import country, look, once, safety
from espalda.web.access import chosen_person
from espalda.web.wording import reader_language

_TABS: Final = {"reading": "home", "spasm": "home", "doses": "home", "offline": "home", "walks": "diary"} | {
    tab: tab for tab in ("home", "diary", "triggers", "safety")
}
"""Which entry of the navigation the first word of an address's name belongs to; all others to "more"."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the header, the banners and the navigation need; at the door, and by a shared link, there are none.

    `share` is the link a visitor came by, who sees no more than it shows. `who` stands for the reader in what their
    browser keeps, and `waits` is how much of it has yet to be sent.
    """
    match = request.resolver_match
    share = getattr(request, "share", None)
    person = getattr(request, "person", None) or chosen_person(request)
    standing = safety.standing(person) if person and (share is None or share.with_safety) else None
    at_the_door = {} if person else {"call": country.call(request)}
    return {
        "accounts": settings.ACCOUNTS,
        "person": person,
        "share": share,
        "who": once.who(person),
        "waits": int(waits) if (waits := request.COOKIES.get("waits", "")[:4]).isdecimal() else 0,
        "tab": _TABS.get((match.url_name or "").split("-")[0], "more") if match else "",
        "look": look.chosen(request),
        "standing": standing,
        "standing_name": standing.level.name(reader_language()) if standing else "",
        **at_the_door,
    }
