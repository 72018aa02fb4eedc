"""Every address of the site and the view that answers it."""

from __future__ import annotations

from typing import Final

from django.urls import path

from espalda.web.views import diary, file, home, reading, safety, switch, triggers

urlpatterns: Final = [
    path("", home.home, name="home"),
    path("reading/undo/", reading.undo, name="reading-undo"),
    path("reading/<int:pk>/", reading.saved, name="reading"),
    path("reading/<int:pk>/edit/", reading.edit, name="reading-edit"),
    path("reading/<int:pk>/delete/", reading.delete, name="reading-delete"),
    path("safety/", safety.ask, name="safety"),
    path("safety/answer/", safety.answer, name="safety-answer"),
    path("diary/", diary.show, name="diary"),
    path("triggers/", triggers.show, name="triggers"),
    path("file/", file.show, name="file"),
    path("file/espalda.csv", file.download, name="file-download"),
    path("switch/", switch.diary, name="switch"),
    path("language/", switch.language, name="language"),
]
