"""The person's shared links: making one, who saw what through each, and revoking it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from espalda.web import shares
from espalda.web.access import DiaryRequest, gate

_VISITS_SHOWN: Final = 20


class ShareForm(forms.Form):
    """Whom a link is for, what it shows, and for how long."""

    name = forms.CharField(max_length=80, label=_("Who is it for"), widget=forms.TextInput({"autocomplete": "off"}))
    lasts = forms.TypedChoiceField(
        choices=[("1", _("One day")), ("7", _("One week")), ("31", _("One month")), ("92", _("Three months"))],
        coerce=int,
        initial="7",
        label=_("The link works for"),
    )
    period = forms.TypedChoiceField(
        choices=[("", _("The whole diary")), ("30", _("From 30 days ago on")), ("90", _("From 90 days ago on"))],
        coerce=int,
        empty_value=None,
        required=False,
        label=_("Which days"),
    )
    findings = forms.BooleanField(
        required=False, initial=True, label=_("What makes it worse and what eases it, drawn from the whole diary")
    )
    walks = forms.BooleanField(
        required=False, initial=True, label=_("Walks: how long, and how much of it uphill, downhill and on the flat")
    )
    safety = forms.BooleanField(required=False, label=_("How urgent it is, where your last answers ask for a doctor"))


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """List the links with what was seen through each, and make a new one, whose address is shown this once."""
    form = ShareForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        share, token = shares.make(
            request.person,
            asked["name"],
            asked["lasts"],
            first_day=timezone.localdate() - timedelta(days=asked["period"] - 1) if asked["period"] else None,
            with_findings=asked["findings"],
            with_safety=asked["safety"],
            with_walks=asked["walks"],
        )
        address = request.build_absolute_uri(reverse("shared", args=[token]))
        context = {"form": ShareForm(), "made": share, "address": address, "at_home": _is_at_home(request)}
        context["unlocked"] = not settings.ACCOUNTS and not request.person.passphrase
    kept = request.person.shares.prefetch_related("visits")
    context["shares"] = [(share, list(share.visits.all())[:_VISITS_SHOWN], share.visits.count()) for share in kept]
    return render(request, "shares.html", context, status=422 if form.errors else 200)


@gate("POST")
def revoke(request: DiaryRequest, pk: int) -> HttpResponse:
    """End a link now."""
    shares.revoke(get_object_or_404(request.person.shares, pk=pk))
    return redirect("shares")


def _is_at_home(request: DiaryRequest) -> bool:
    """Return whether the address is one that no other machine reaches."""
    return request.get_host().rsplit(":", 1)[0] in settings.AT_HOME
