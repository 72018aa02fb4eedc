"""Every address of the site and the view that answers it."""

from __future__ import annotations

from typing import Final

from django.urls import path

from espalda.web.views import answer, diary, file, home, reading, rules, safety, switch, triggers

urlpatterns: Final = [
    path("", home.home, name="home"),
    path("reading/undo/", reading.undo, name="reading-undo"),
    path("reading/<int:pk>/", reading.saved, name="reading"),
    path("reading/<int:pk>/edit/", reading.edit, name="reading-edit"),
    path("reading/<int:pk>/delete/", reading.delete, name="reading-delete"),
    path("safety/", safety.ask, name="safety"),
    path("safety/answer/", answer.show, name="safety-answer"),
    path("safety/set-aside/", answer.set_aside, name="safety-aside"),
    path("safety/about-you/", safety.facts, name="safety-facts"),
    path("safety/country/", safety.where, name="safety-country"),
    path("safety/rules/", rules.rules, name="safety-rules"),
    path("causes/", rules.causes, name="causes"),
    path("diary/", diary.show, name="diary"),
    path("triggers/", triggers.show, name="triggers"),
    path("file/", file.show, name="file"),
    path("file/espalda.csv", file.download, name="file-download"),
    path("switch/", switch.diary, name="switch"),
    path("language/", switch.language, name="language"),
]
