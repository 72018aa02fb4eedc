"""What the reader chose: when their day ends, how the pages look, and the way to everything else."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from espalda.web import look, store
from espalda.web.access import DiaryRequest, gate, keep_in_browser
from espalda.web.forms import DayForm

PAGES: Final = (
    ("reminders", _("Reminders"), _("At the times you choose, by the way you choose")),
    ("factors", _("What I do and take"), _("What you are asked about, usual amounts, medicines")),
    ("walks", _("Walks"), _("From your watch or phone, by the ground they covered")),
    ("file", _("My data"), _("Take it with you, bring it back")),
    ("causes", _("What can be behind it"), _("And what to ask the doctor")),
)
"""The pages that have no place in the navigation: the name of each address, its title, and what it is for."""


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """Show what was chosen, and keep the hour at which the person's day ends."""
    form = DayForm(request.POST if request.method == "POST" else None, initial={"starts": request.person.day_starts_h})
    if form.is_bound and form.is_valid():
        store.choose_day_start(request.person, form.cleaned_data["starts"])
        return redirect(f"{reverse('settings')}?saved=1")
    context = {
        "form": form,
        "pages": PAGES,
        "saved": "saved" in request.GET,
        "themes": look.THEMES.items(),
        "sizes": look.SIZES.items(),
    }
    return render(request, "settings.html", context, status=422 if form.errors else 200)


@gate("POST", demo_may_post=True)
def look_as(request: DiaryRequest) -> HttpResponse:
    """Keep how this browser wants the pages to look."""
    theme, size = request.POST.get("theme", "system"), request.POST.get("size", "usual")
    if theme not in look.THEMES or size not in look.SIZES:
        return HttpResponseBadRequest()
    response = redirect("settings")
    keep_in_browser(response, "theme", theme)
    keep_in_browser(response, "size", size)
    return response
