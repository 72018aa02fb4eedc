"""The diary as a file: everything out, and a file in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from espalda import flows
from espalda.diary import DiaryError
from espalda.web import store
from espalda.web.access import DiaryRequest, gate
from espalda.web.wording import reader_language


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """Offer the download, and take a file in, whole or not at all."""
    if request.method != "POST":
        return render(request, "file.html")
    sent = request.FILES.get("diary")
    if sent is None:
        return _refused(request, [_("No file was chosen.")])
    lang = reader_language()
    try:
        read = flows.read_bytes(sent.read(), settings.TIME_ZONE, sent.name or "")
        merged = store.merge(request.person, read.diary)
    except DiaryError as error:
        return _refused(request, error.sentences(lang))
    except store.ClashError as clash:
        return _refused(request, [str(clash)])
    context = {"merged": merged, "notices": [notice.sentence(lang) for notice in read.notices]}
    return render(request, "file.html", context)


@gate("GET")
def download(request: DiaryRequest) -> HttpResponse:
    """Return everything recorded, as the file that can be read back."""
    text = flows.export(store.load(request.person))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"espalda-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(request: DiaryRequest, problems: list[str]) -> HttpResponse:
    return render(request, "file.html", {"problems": problems}, status=422)
