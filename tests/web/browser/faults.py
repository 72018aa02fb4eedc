"""A network that fails as it is told: it stands between a browser and the server."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PASS, DOWN, DROP, LOSE, BREAK, BUSY, SLOW, TWICE, HALF, PORTAL = (
    "pass",  # as it should be
    "down",  # nobody answers
    "drop",  # the request is lost on its way
    "lose",  # the server does it, and the answer is lost
    "break",  # the server fails
    "busy",  # a proxy says that the server is away
    "slow",  # it takes its time
    "twice",  # the request arrives twice
    "half",  # the server does it, and its answer breaks off
    "portal",  # another machine answers, with a page of its own
)
FAULTS = (DOWN, DROP, LOSE, BREAK, BUSY, SLOW, TWICE, HALF, PORTAL)
_SLOW_S = 0.2

Plan = Callable[[str, str], str]
"""From method and path to what happens to a request."""


class Network(ThreadingHTTPServer):
    """The network to one server. `plan` says what becomes of each request; `posts` counts the forms that came by."""

    daemon_threads = True

    def __init__(self, server: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.far = urlsplit(server).netloc
        self.plan: Plan = lambda _method, _path: PASS
        self.one_at_a_time = threading.Lock()
        self.posts: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fail(self, fault: str, *, then: str = PASS) -> None:
        """Have that happen to the next form, and `then` to all forms after it."""
        faults = iter([fault])

        def plan(method: str, _path: str) -> str:
            return next(faults, then) if method == "POST" else PASS

        self.plan = plan

    def cut(self) -> None:
        """Let nothing through any more."""
        self.plan = lambda _method, _path: DOWN

    def mend(self) -> None:
        """Let everything through again."""
        self.plan = lambda _method, _path: PASS

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that hangs up."""


class _Handler(BaseHTTPRequestHandler):
    server: Network

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.partition("?")[0]
        fault = self.server.plan(self.command, path)
        if self.command == "POST":
            self.server.posts.append((path, fault))
        self.close_connection = True
        if fault in (DOWN, DROP):
            return
        if fault == SLOW:
            time.sleep(_SLOW_S)
        if fault in (BREAK, BUSY, PORTAL):
            status = {BREAK: 500, BUSY: 503, PORTAL: 200}[fault]
            self._answer(status, [("Content-Type", "text/html")], b"<h1>Hotel</h1>")
            return
        answer = self._ask(body)
        if fault == TWICE:
            answer = self._ask(body)
        if fault != LOSE:
            self._answer(*answer, whole=fault != HALF)

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        with self.server.one_at_a_time:  # the server of these tests has one connection to its database
            far = http.client.HTTPConnection(self.server.far, timeout=30)
            try:
                far.request(self.command, self.path, body, dict(self.headers.items()))
                found = far.getresponse()
                kept = [(name, value) for name, value in found.getheaders() if name.lower() != "connection"]
                return found.status, kept, found.read()
            finally:
                far.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, whole: bool = True) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "server", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if whole else body[: len(body) // 2])


@contextmanager
def network(server: str) -> Iterator[Network]:
    """Put a network in front of a server."""
    between = Network(server)
    thread = threading.Thread(target=between.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield between
    finally:
        between.shutdown()
        between.server_close()
