"""Answering the safety questions as a browser without JavaScript would: what a page holds is what is sent."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from django.test import Client

from espalda.triage import load_rulebook

BOOK = load_rulebook()


def start(client: Client, address: str = "/safety/") -> str:
    return client.get(address, follow=True).content.decode()


def form(page: str) -> str:
    found = re.search(r'<form class="interview".*?</form>', page, re.S)
    return found[0] if found else ""


def asked(page: str) -> list[str]:
    return re.findall(r'name="asked" value="(\w+)"', form(page))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(q:\w+|began)" value="(\w+)"', form(page)))


def screen_of(page: str) -> str:
    return BOOK.question(asked(page)[0]).screen


def go_on(client: Client, page: str, rest: str = "no", **answers: str) -> str:
    marked = {f"q:{name}": answer for name, answer in answers.items()}
    sent: Mapping[str, str | list[str]] = {**hidden(page), "asked": asked(page), **marked, "rest": rest}
    return client.post("/safety/", sent, follow=True).content.decode()


def finish(client: Client, page: str = "", yes: Collection[str] = (), rest: str = "no") -> str:
    """Answer yes to `yes` wherever it is asked, and go on until the answer."""
    page = page or start(client)
    while "<h2>Por qué</h2>" not in page:
        page = go_on(client, page, rest, **{name: "yes" for name in asked(page) if name in yes})
    return page
