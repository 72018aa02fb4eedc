"""What is asked for: a person's factors, their order, their usual amounts, and the most in a day of a medicine."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from espalda.web import factors
from espalda.web.access import DiaryRequest, gate
from espalda.web.factor_forms import FactorForm, NewFactorForm


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """Show what the forms ask for, and keep another order, or a factor in the reader's own words."""
    person, sent = request.person, request.POST if request.method == "POST" else None
    for way, by in (("up", -1), ("down", 1)):
        if sent and way in sent:
            factors.move(person, sent[way], by)
            return redirect("factors")
    form = NewFactorForm(person, sent)
    if form.is_bound and form.is_valid():
        factors.choose(person, form.factor(), group=form.cleaned_data["group"])
        return redirect(_page_of(form.factor().name))
    all_asked = factors.asked(person)
    context = {
        "form": form,
        "shown": [one for one in all_asked if not one.hidden],
        "hidden": [one for one in all_asked if one.hidden],
        "listed": factors.grouped_choices(factors.unlisted(all_asked)),
        "saved": "saved" in request.GET,
    }
    return render(request, "factors.html", context, status=422 if form.errors else 200)


@gate("GET", "POST")
def one(request: DiaryRequest) -> HttpResponse:
    """Show what is kept of one factor, and keep it otherwise."""
    found = factors.find(request.person, request.GET.get("name", ""))
    if found is None:
        raise Http404
    form = FactorForm(found, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        factors.choose(request.person, found.factor, **form.chosen())
        return redirect(f"{reverse('factors')}?saved=1")
    return render(request, "factor.html", {"form": form, "one": found}, status=422 if form.errors else 200)


def _page_of(name: str) -> str:
    return f"{reverse('factors-one')}?{urlencode({'name': name})}"
