"""What a phone needs to keep forms without the network: the app it installs, its worker, and the page to write on."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from espalda import __version__, flows
from espalda.triage import load_rulebook
from espalda.web import country, once
from espalda.web.access import DiaryRequest, gate
from espalda.web.dose_form import DoseForm
from espalda.web.forms import ReadingForm
from espalda.web.models import Person
from espalda.web.spasm_forms import BeganForm, OverForm
from espalda.web.walk_forms import HandForm
from espalda.web.wording import reader_language

_SHELL: Final = (
    *("style.css", "reading.css", "charts.css", "safety.css", "offline.css", "dark.css", "print.css"),
    *("app.js", "queue.js", "icon.svg", "icon-192.png", "figures.svg"),
)
"""What the page to write on is made of."""
_IMPORTED: Final = ("queue.js", "push.js")
"""What the worker is made of, beside its own code."""
_GROUND: Final = "#f5f3ee"
_ICONS: Final = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))


@gate("GET", at_the_door=True)
def manifest(request: DiaryRequest) -> HttpResponse:
    """Say what the app is called and looks like once it is installed, in the language the address asks for."""
    lang = request.GET.get("lang", "")
    with translation.override(lang if lang in dict(settings.LANGUAGES) else translation.get_language()):
        return JsonResponse(_manifest(), content_type="application/manifest+json")


@gate("GET", at_the_door=True)
def worker(request: DiaryRequest) -> HttpResponse:  # noqa: ARG001 - every view takes the request
    """Give the service worker, which changes whenever what it keeps does. At the root: it may serve every page."""
    version, code = _worker()
    known = {
        "VERSION": version,
        "SHELL": [static(f"espalda/{name}") for name in _SHELL],
        "PAGE": reverse("offline"),
        "FORMS": [reverse(name) for name in ("home", "spasm", "spasm-over", "doses")],
        "SHARED": "/shared/",
        "LEAVING": [reverse("file-erase"), reverse("account_logout" if settings.ACCOUNTS else "lock-now")],
    }
    told = "\n".join(f"const {name} = {json.dumps(value)};" for name, value in known.items())
    parts = ", ".join(f'"{static(f"espalda/{name}")}?{version}"' for name in _IMPORTED)
    return HttpResponse(f"{told}\nimportScripts({parts});\n{code}", content_type="text/javascript")


@gate("GET", at_the_door=True)
def sync(request: DiaryRequest) -> HttpResponse:
    """Tell the script whose diary is open, what time it is, and the token its forms need; at the door, nothing."""
    person = getattr(request, "person", None)
    if person is None:
        return JsonResponse({}, status=HTTPStatus.UNAUTHORIZED)
    now = round(timezone.now().timestamp() * 1000)
    response = JsonResponse({"who": once.who(person), "now_ms": now, "token": get_token(request)})
    response["Cache-Control"] = "no-store"
    return response


@gate("GET", at_the_door=True)
def page(request: DiaryRequest) -> HttpResponse:
    """Show the page that is kept on the phone: the forms, whom to call, and nothing that was written before."""
    person: Person | None = getattr(request, "person", None)
    context: dict[str, Any] = {"call": country.call(request), "alarms": _alarms(reader_language())}
    if person and not person.is_demo:
        kinds = {"began": BeganForm, "over": OverForm, "dose": DoseForm, "walk": HandForm}
        others = {name: kind(person) for name, kind in kinds.items()}
        for name, form in others.items():
            form.auto_id = f"{name}_%s"
        context |= {"form": ReadingForm(person), **others}
    return render(request, "offline.html", context)


@cache
def _alarms(lang: Any) -> list[str]:
    """Return the questions any one of which, answered yes, is an emergency by itself."""
    book = load_rulebook()
    asked = (one for one in book.questions if one.screen == "emergency")
    return [one.text(lang) for one in asked if flows.assess({one.id: True}).level == book.levels[0].id]


@cache
def _worker() -> tuple[str, str]:
    """Return the version of all that the worker keeps, and its code."""
    code = _static("sw.js")
    parts = b"".join(_static(name) for name in (*_SHELL, *_IMPORTED)) + code
    return f"{__version__}-{hashlib.sha256(parts).hexdigest()[:12]}", code.decode()


def _static(name: str) -> bytes:
    return Path(str(finders.find(f"espalda/{name}"))).read_bytes()


def _manifest() -> dict[str, Any]:
    shortcuts = [(_("New reading"), "home"), (_("A spasm has begun"), "spasm"), (_("Is it urgent?"), "safety")]
    return {
        "id": "/",
        "name": "Espalda",
        "short_name": "Espalda",
        "description": _("Your back, day by day, on your own machine."),
        "lang": translation.get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": _GROUND,
        "theme_color": _GROUND,
        "icons": [
            {"src": static(f"espalda/{name}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
            for name, side, purpose in _ICONS
        ],
        "shortcuts": [{"name": name, "url": reverse(page)} for name, page in shortcuts],
    }
