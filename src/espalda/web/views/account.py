"""The account: what there is to change in it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from espalda.web.access import DiaryRequest, gate


@gate("GET")
def show(request: DiaryRequest) -> HttpResponse:
    """Show whose account it is and the pages that change it."""
    return render(request, "account.html")
