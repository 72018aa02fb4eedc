"""What leaves the machine: one request, to where it was meant to go and nowhere else."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pytest_django.fixtures import Settings
from tests.web.peer import asked, listening

from espalda.web import outgoing

__all__ = ["asked"]


def test_it_posts_and_returns_the_status() -> None:
    with listening(418) as peer:
        assert outgoing.post(f"{peer.address}/mío?a=1&b=ñ", b"hola", {"TTL": "5"}) == 418
    ((path, headers, body),) = peer.got
    assert (path, body, headers["ttl"]) == ("/m%C3%ADo?a=1&b=%C3%B1", b"hola", "5")
    assert headers["host"] == peer.address.removeprefix("http://")


def test_a_redirect_is_not_followed() -> None:
    with listening() as elsewhere, listening(307, {"Location": f"{elsewhere.address}/x"}) as peer:
        assert outgoing.post(peer.address, b"", {}) == 307
    assert (len(peer.got), elsewhere.got) == (1, [])


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://no-such-name.invalid/", "http:///", "http://a:99999/"])
def test_nobody_there(url: str) -> None:
    with pytest.raises(outgoing.NotSentError) as raised:
        outgoing.post(url, b"", {})
    assert str(raised.value).isalpha()


@contextmanager
def slow(line: bytes) -> Iterator[str]:
    """Take a connection, and answer a byte now and then, or never."""
    over = threading.Event()

    def serve() -> None:
        connection, _address = listener.accept()
        with connection:
            for byte in line:
                if over.wait(0.02):
                    return
                try:
                    connection.sendall(bytes([byte]))
                except OSError:
                    return
            over.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    "line", [b"", b"HTTP/1.1 200 OK\r\n" + b"X: " + 300 * b"z" + b"\r\n\r\n"], ids=["silent", "dripping"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_answers_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, scheme: str, line: bytes) -> None:
    monkeypatch.setattr(outgoing, "LIMIT_S", 0.2)
    with slow(line) as place, pytest.raises(outgoing.NotSentError):
        outgoing.post(f"{scheme}://{place}/", b"", {})


def certificate(folder: Path) -> Path:
    """Write a certificate of localhost that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(hours=1))
        .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


def test_over_tls_the_certificate_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    with listening(201, tls=tls) as peer:
        with pytest.raises(outgoing.NotSentError, match="SSLCertVerificationError"):
            outgoing.post(peer.address, b"", {})
        assert peer.got == []
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert outgoing.post(f"{peer.address}/x", b"hola", {}) == 201
        with pytest.raises(outgoing.NotSentError, match="SSLCertVerificationError"):
            outgoing.post(peer.address.replace("localhost", "127.0.0.1"), b"", {})
    assert [(path, body) for path, _headers, body in peer.got] == [("/x", b"hola")]


INSIDE = [
    *("localhost", "127.0.0.1", "127.8.8.8", "0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("100.64.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "198.18.0.1", "2130706433", "0x7f.1", "127.1"),
    *("[::1]", "[::]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]"),
    *("[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[ff02::1]", "[ff0e::1]"),
]


@pytest.mark.parametrize("host", INSIDE)
def test_with_several_people_no_address_inside_is_asked(settings: Settings, asked: list[Any], host: str) -> None:
    settings.ACCOUNTS = True
    with pytest.raises(outgoing.PrivateError):
        outgoing.post(f"http://{host}:9/", b"", {})
    assert [one for one in asked if isinstance(one, tuple)] == []


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "::ffff:1.1.1.1", "2606:4700:4700::1111"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert outgoing.is_public(address)


def test_the_address_looked_at_is_the_one_connected_to(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with another address the second time gains nothing; one inside is not tried at all."""
    settings.ACCOUNTS = True
    tried, looked_up = [], []

    def look_up(host: str, port: int, **_kwargs: Any) -> list[Any]:
        looked_up.append(host)
        return [(0, 0, 0, "", (ip, port)) for ip in ("10.0.0.1", "1.1.1.1", "1.0.0.1")]

    def connect(address: Any, timeout: float) -> Any:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outgoing.NotSentError):
        outgoing.post("https://rebind.example/", b"", {})
    assert (tried, looked_up) == ([("1.1.1.1", 443), ("1.0.0.1", 443)], ["rebind.example"])
