"""The lock of the diary: setting a passphrase, giving it, and locking again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from espalda.web import lock
from espalda.web.access import DiaryRequest, gate, next_page
from espalda.web.models import Person


def _phrase(label: Any, autocomplete: str, **kwargs: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "maxlength": 200})
    return forms.CharField(label=label, strip=False, max_length=200, widget=widget, **kwargs)


class UnlockForm(forms.Form):
    """The passphrase that is asked at the door."""

    passphrase = _phrase(gettext_lazy("Passphrase"), "current-password")

    def __init__(self, person: Person, *args: Any) -> None:
        self.person = person
        super().__init__(*args)

    def clean_passphrase(self) -> str:
        """Check it, unless too many wrong ones came before."""
        return _checked(self.person, self.cleaned_data["passphrase"])


class LockForm(forms.Form):
    """A new passphrase, twice; and the one there is, where there is one. No new one removes the lock."""

    current = _phrase(gettext_lazy("Your passphrase now"), "current-password")
    new = _phrase(
        gettext_lazy("New passphrase"),
        "new-password",
        min_length=lock.MIN_LENGTH,
        error_messages={"min_length": gettext_lazy("It needs six characters or more.")},
    )
    again = _phrase(gettext_lazy("The new one once more"), "new-password")

    def __init__(self, person: Person, *args: Any, removes: bool = False) -> None:
        self.person = person
        super().__init__(*args)
        if not person.passphrase:
            del self.fields["current"]
        if removes:
            del self.fields["new"], self.fields["again"]

    def clean_current(self) -> str:
        """Check the passphrase there is."""
        return _checked(self.person, self.cleaned_data["current"])

    def clean(self) -> dict[str, Any]:
        """Check that the new one was written the same twice."""
        cleaned = super().clean() or {}
        if {"new", "again"} <= cleaned.keys() and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("The two are not the same."))
        return cleaned


@gate("GET", "POST", at_the_door=True)
def unlock(request: HttpRequest) -> HttpResponse:
    """Ask for the passphrase, and let in whoever has it."""
    person = Person.objects.get_or_create(user=None, kind=Person.Kind.OWN)[0]
    if not lock.is_closed(request, person):
        return redirect(next_page(request))
    form = UnlockForm(person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        response = redirect(next_page(request))
        lock.open_browser(response, person)
        return response
    context = {"form": form, "next": next_page(request)}
    return render(request, "unlock.html", context, status=422 if form.errors else 200)


@gate("POST")
def close(request: DiaryRequest) -> HttpResponse:  # noqa: ARG001 - every view takes the request
    """Lock this browser now."""
    response = redirect("unlock")
    lock.close_browser(response)
    return response


@gate("GET", "POST")
def choose(request: DiaryRequest) -> HttpResponse:
    """Set, change or remove the passphrase."""
    removes = "remove" in request.POST
    form = LockForm(request.person, request.POST if request.method == "POST" else None, removes=removes)
    if form.is_bound and form.is_valid():
        lock.change(request.person, form.cleaned_data.get("new", ""))
        response = redirect(f"{request.path}?saved=1")
        lock.open_browser(response, request.person)
        return response
    context = {"form": form, "saved": "saved" in request.GET}
    return render(request, "lock.html", context, status=422 if form.errors else 200)


def _checked(person: Person, passphrase: str) -> str:
    fits = lock.fits(person, passphrase)
    if fits is None:
        raise forms.ValidationError(_("Too many wrong tries. Wait five minutes."))
    if not fits:
        raise forms.ValidationError(_("That is not the passphrase."))
    return passphrase
