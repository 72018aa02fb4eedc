"""One's data: what is kept where, everything out, a file in, and everything erased."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from espalda import flows
from espalda.diary import MAX_BYTES, DiaryError
from espalda.web import archive, backups, incoming, store
from espalda.web.access import DiaryRequest, gate
from espalda.web.models import Person
from espalda.web.wording import reader_language

_BEFORE_MARKUP: Final = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"


@gate("GET", "POST")
def show(request: DiaryRequest) -> HttpResponse:
    """Say what is kept where, and take a file in: ours whole or not at all, another's once its columns are told."""
    if request.method != "POST":
        return page(request, {"erased": "erased" in request.GET})
    sent = request.FILES.get("diary")
    if sent is None:
        return _refused(request, [_("No file was chosen.")])
    if (sent.size or 0) > MAX_BYTES:
        limit = {"limit": MAX_BYTES // 1_000_000}
        return _refused(request, [_("The file is larger than %(limit)d MB, which is the most that is read.") % limit])
    try:
        return _bring(request, sent.name or "", sent.read())
    except DiaryError as error:
        return _refused(request, error.sentences(reader_language()))
    except (store.ClashError, archive.ArchiveError) as error:
        return _refused(request, [str(error)])


def _bring(request: DiaryRequest, name: str, data: bytes) -> HttpResponse:
    """Take a file in, or keep it aside while its columns are asked about."""
    zone = timezone.get_current_timezone_name()
    if data.lstrip(_BEFORE_MARKUP).startswith(b"<"):  # a recording of a walk would be kept aside, with its places
        return _refused(request, [_("That is no table. Recordings of walks are read on the page of walks.")])
    if files := archive.members(data, name):
        return page(request, archive.bring(request.person, files, zone)._asdict())
    if flows.read_foreign(data, name):
        incoming.keep(request.person, name, data)
        return redirect("file-columns")
    read = flows.read_bytes(data, zone, name)
    merged = store.merge(request.person, read.diary)
    lang = reader_language()
    return page(request, {"merged": merged, "notices": [notice.sentence(lang) for notice in read.notices]})


@gate("GET")
def download(request: DiaryRequest) -> HttpResponse:
    """Return the diary as the file that can be read back."""
    text = flows.export(store.load(request.person, with_walks=False))  # what is written, so that it is known again
    return _attached(HttpResponse(text, content_type="text/csv; charset=utf-8"), "csv")


@gate("GET")
def download_all(request: DiaryRequest) -> HttpResponse:
    """Return everything recorded or set, as the ZIP file that can be read back."""
    return _attached(HttpResponse(archive.pack(request.person), content_type="application/zip"), "zip")


@gate("GET", "POST")
def erase(request: DiaryRequest) -> HttpResponse:
    """Ask once more, and erase everything of the person."""
    if request.person.is_demo:
        return redirect("file")
    alone = not Person.objects.filter(kind=Person.Kind.OWN).exclude(pk=request.person.pk).exists()
    if request.method != "POST":
        return render(request, "file_erase.html", {"alone": alone})
    if request.POST.get("sure") != "yes":
        return render(request, "file_erase.html", {"alone": alone, "unsure": True}, status=422)
    incoming.drop(request.person)
    store.erase(request.person)
    if alone:
        backups.forget()
    return redirect(f"{reverse('file')}?erased=1")


def page(request: DiaryRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return the page of one's data with what has just happened."""
    here = {} if settings.ACCOUNTS else {"folder": settings.DATA, "backups": backups.listed()}
    return render(request, "file.html", here | context, status=status)


def _refused(request: DiaryRequest, problems: list[str]) -> HttpResponse:
    """Return the page with what is wrong with a file, of which nothing was taken in."""
    return page(request, {"problems": problems}, status=422)


def _attached(response: HttpResponse, kind: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="espalda-{timezone.localdate():%Y-%m-%d}.{kind}"'
    return response
