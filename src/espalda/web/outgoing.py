"""What leaves this machine: one POST to an address that a person chose, and an answer of which only the status counts.

Redirects are not followed: what was chosen is where it goes. On a server of several people an address inside its own
network is refused, since whoever has an account could otherwise have the server knock on doors they can't reach.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

LIMIT_S = 10.0
"""Ours: for each wait, and for the whole of it once there is a connection."""
_ADDRESSES_TRIED: Final = 3
_IN_USE: Final = ip_network("2000::/3")
_SIX_TO_FOUR: Final = ip_network("2002::/16")
"""Addresses that carry one of IPv4, which may be anything (RFC 3056)."""


class NotSentError(Exception):
    """Nothing was sent, or nothing answered. The text says of what kind, for a log: it holds no part of the address."""


class PrivateError(NotSentError):
    """The address is inside the server's own network, on a server of several people."""


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send `body` to an http or https address and return the status of the answer, whatever it is.

    Raises
    ------
    NotSentError
        If nobody is there, the certificate is not theirs, or no answer comes in time.
    """
    try:
        return _post(urlsplit(url), body, headers)
    except (OSError, HTTPException, ValueError) as error:
        raise NotSentError(type(error).__name__) from None


def web_address(text: str) -> str:
    """Return an address of the web that has no name and password in it; ValueError where it is none."""
    url = urlsplit(text)
    if url.port == 0 or "@" in url.netloc or url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError
    return text


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the internet at large."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None and (ip not in _IN_USE or ip in _SIX_TO_FOUR):
            return False
        ip = ip.ipv4_mapped or ip
    return ip.is_global and not ip.is_multicast


def _post(url: SplitResult, body: bytes, headers: Mapping[str, str]) -> int:
    host = url.hostname or ""
    context = ssl.create_default_context() if url.scheme == "https" else None
    port = url.port or (443 if context else 80)
    connection = HTTPSConnection(host, port, context=context) if context else HTTPConnection(host, port)
    with ExitStack() as closing:
        raw = closing.enter_context(_connected(host, port))
        if context:
            raw = context.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
            closing.enter_context(raw)
        # Who answers a byte at a time is cut off as well.
        timer = Timer(LIMIT_S, partial(_cut, raw))
        closing.callback(timer.cancel)
        timer.start()
        if isinstance(raw, ssl.SSLSocket):
            raw.do_handshake()
        connection.sock = raw
        target = iri_to_uri(f"{url.path or '/'}{'?' if url.query else ''}{url.query}")
        connection.request("POST", target, body, dict(headers))
        return connection.getresponse().status


def _connected(host: str, port: int) -> socket.socket:
    """Return a connection to one of the host's addresses: the very one that was looked at, not asked for again."""
    found = list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    allowed = [address for address in found if not settings.ACCOUNTS or is_public(address)]
    if not allowed:
        raise PrivateError("Private")
    for address in allowed[:_ADDRESSES_TRIED]:
        try:
            return socket.create_connection((address, port), timeout=LIMIT_S)
        except OSError as error:
            why = error
    raise why


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # it may be over already
        # Of the plain socket, whatever is above it: the one that waits then reads an end.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
