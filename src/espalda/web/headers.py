"""Headers every answer carries beside those Django and its content policy set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_NOT_ASKED_FOR: Final = ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")


class HeadersMiddleware:
    """Middleware: the browser gives no page a sensor, shares nothing across sites, and asks before it reuses a page."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the headers added."""
        response = self.answer(request)
        response["Permissions-Policy"] = ", ".join(f"{name}=()" for name in _NOT_ASKED_FOR)
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response.setdefault("Cache-Control", "private, no-cache")
        return response
