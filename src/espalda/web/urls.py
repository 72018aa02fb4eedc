"""Every address of the site and the view that answers it."""

from __future__ import annotations

from typing import Final

from django.conf import settings as conf
from django.urls import URLPattern, URLResolver, include, path

from espalda.web.views import (
    answer,
    columns,
    diary,
    doses,
    factors,
    file,
    history,
    home,
    lock,
    offline,
    reading,
    reminders,
    rules,
    safety,
    settings,
    shared,
    shares,
    spasm,
    switch,
    triggers,
    zone,
)

_OF_ONE_PERSON: Final = [
    path("unlock/", lock.unlock, name="unlock"),
    path("lock/", lock.close, name="lock-now"),
    path("settings/lock/", lock.choose, name="lock"),
]
_OF_SEVERAL_PEOPLE: Final = [path("account/", include("espalda.web.urls_accounts"))] if conf.ACCOUNTS else []

urlpatterns: Final[list[URLPattern | URLResolver]] = [
    path("", home.home, name="home"),
    path("reading/undo/", reading.undo, name="reading-undo"),
    path("reading/<int:pk>/", reading.saved, name="reading"),
    path("reading/<int:pk>/edit/", reading.edit, name="reading-edit"),
    path("reading/<int:pk>/delete/", reading.delete, name="reading-delete"),
    path("spasm/", spasm.began, name="spasm"),
    path("spasm/over/", spasm.over, name="spasm-over"),
    path("safety/", safety.ask, name="safety"),
    path("safety/answer/", answer.show, name="safety-answer"),
    path("safety/set-aside/", answer.set_aside, name="safety-aside"),
    path("safety/about-you/", safety.facts, name="safety-facts"),
    path("safety/country/", safety.where, name="safety-country"),
    path("safety/rules/", rules.rules, name="safety-rules"),
    path("causes/", rules.causes, name="causes"),
    path("diary/", diary.show, name="diary"),
    path("diary/spasms/", history.spasms, name="diary-spasms"),
    path("diary/year/", history.year, name="diary-year"),
    path("medicines/", doses.show, name="doses"),
    path("triggers/", triggers.show, name="triggers"),
    path("file/", file.show, name="file"),
    path("file/espalda.csv", file.download, name="file-download"),
    path("file/espalda.zip", file.download_all, name="file-archive"),
    path("file/columns/", columns.show, name="file-columns"),
    path("file/erase/", file.erase, name="file-erase"),
    path("settings/", settings.show, name="settings"),
    path("settings/factors/", factors.show, name="factors"),
    path("settings/factors/one/", factors.one, name="factors-one"),
    path("settings/look/", settings.look_as, name="settings-look"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("sw.js", offline.worker, name="worker"),
    path("sync/", offline.sync, name="sync"),
    path("offline/", offline.page, name="offline"),
    path("switch/", switch.diary, name="switch"),
    path("language/", switch.language, name="language"),
    path("settings/time-zone/", zone.show, name="zone"),
    path("settings/reminders/", reminders.show, name="reminders"),
    path("settings/reminders/<int:pk>/remove/", reminders.remove, name="reminders-remove"),
    path("settings/reminders/quiet/", reminders.quiet, name="reminders-quiet"),
    path("settings/reminders/webhook/", reminders.webhook, name="reminders-webhook"),
    path("settings/reminders/device/", reminders.device, name="reminders-device"),
    path("settings/reminders/test/", reminders.test, name="reminders-test"),
    path("settings/reminders/espalda.ics", reminders.calendar, name="reminders-calendar"),
    path("settings/device/<int:pk>/remove/", reminders.forget, name="device-remove"),
    path("shares/", shares.show, name="shares"),
    path("shares/<int:pk>/revoke/", shares.revoke, name="shares-revoke"),
    path("shared/<str:token>/", shared.diary, name="shared"),
    path("shared/<str:token>/affects/", shared.findings, name="shared-findings"),
    *(_OF_SEVERAL_PEOPLE or _OF_ONE_PERSON),
]
