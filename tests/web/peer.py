"""Servers on this machine that stand in for what a person may choose to have notices sent to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any

import pytest


@dataclass
class Peer:
    """What a server was sent: for each request its path, headers and body."""

    address: str
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def listening(
    status: int = 200, headers: dict[str, str] | None = None, tls: SSLContext | None = None
) -> Iterator[Peer]:
    """Answer every POST alike, and keep it."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            peer.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            server.handle_error = lambda *_args: None  # type: ignore[method-assign]
        peer = Peer(f"http{'s' if tls else ''}://localhost:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield peer
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every name looked up and every address connected to from here on, in this process."""
    seen: list[Any] = []
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def noting_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(host)
        return look_up(host, *args, **kwargs)

    def noting_connect(self: socket.socket, address: Any) -> None:
        seen.append(address)
        connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", noting_look_up)
    monkeypatch.setattr(socket.socket, "connect", noting_connect)
    return seen
