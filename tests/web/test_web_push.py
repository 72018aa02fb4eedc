"""Notices to a browser: encrypted so that it alone reads them, signed so that its push service knows who sends."""

from __future__ import annotations

import json
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from pytest_django.fixtures import Settings
from tests.web.peer import listening

from espalda.web import push
from espalda.web.models import PushSubscription


class Browser:
    """A browser that asked for notices: its keys, and how it reads what it gets (RFC 8291, written out here)."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, endpoint: str) -> PushSubscription:
        keys = {"p256dh": urlsafe_base64_encode(self.point), "auth": urlsafe_base64_encode(self.secret)}
        return PushSubscription(endpoint=endpoint, **keys)

    def read(self, body: bytes) -> Any:
        salt, sender, sealed = body[:16], body[21:86], body[86:]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        ikm = _hkdf(self.secret, b"WebPush: info\0" + self.point + sender, 32, shared)
        key = _hkdf(salt, b"Content-Encoding: aes128gcm\0", 16, ikm)
        nonce = _hkdf(salt, b"Content-Encoding: nonce\0", 12, ikm)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.endswith(b"\x02")
        return json.loads(plain[:-1])


def _hkdf(salt: bytes, info: bytes, length: int, ikm: bytes) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(ikm)


def test_the_browser_alone_reads_it() -> None:
    browser, other = Browser(), Browser()
    with listening(201) as service:
        assert push.send(browser.subscription(f"{service.address}/wpush/abc"), "Hora de una lectura", "es") == 201
    ((path, headers, body),) = service.got
    assert path == "/wpush/abc"
    assert browser.read(body) == {"text": "Hora de una lectura", "lang": "es"}
    assert b"lectura" not in body
    assert headers["content-encoding"] == "aes128gcm"
    assert (headers["ttl"], headers["topic"], headers["urgency"]) == ("10800", "reading", "high")
    with pytest.raises(InvalidTag):
        other.read(body)


def test_it_is_signed_by_this_server_for_that_service(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "back.example.org"]
    browser = Browser()
    with listening(201) as service:
        push.send(browser.subscription(f"{service.address}/x"), "t", "en")
    ((_path, headers, _body),) = service.got
    scheme, _space, rest = headers["authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", push.public_key())
    signed, _dot, signature = parts["t"].rpartition(".")
    raw = urlsafe_base64_decode(signature)
    both = [int.from_bytes(half, "big") for half in (raw[:32], raw[32:])]
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), urlsafe_base64_decode(parts["k"]))
    key.verify(encode_dss_signature(*both), signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims = json.loads(urlsafe_base64_decode(signed.split(".")[1]))
    assert claims["aud"] == service.address
    assert claims["sub"] == "https://back.example.org"
    assert time.time() < claims["exp"] <= time.time() + 24 * 60 * 60
    assert urlsplit(claims["aud"]).path == ""


def test_the_key_is_made_once_for_its_owner_alone(settings: Settings) -> None:
    before = os.umask(0)
    try:
        first = push.public_key()
    finally:
        os.umask(before)
    file = Path(settings.DATA) / "push-key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert push.public_key() == first
    assert [one.name for one in file.parent.iterdir()] == ["push-key.pem"]
    file.unlink()
    assert push.public_key() != first


def test_of_many_threads_that_make_the_key_all_use_the_same() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _n: push.public_key(), range(32)))) == 1


def test_of_two_processes_that_make_the_key_both_use_the_same(settings: Settings, monkeypatch: Any) -> None:
    """The other one's is there by the time this one is written."""
    first = push.public_key()
    file = Path(settings.DATA) / "push-key.pem"
    there = file.read_bytes()
    file.unlink()
    link = os.link

    def too_late(source: Path, target: Path) -> None:
        target.write_bytes(there)
        link(source, target)

    monkeypatch.setattr(os, "link", too_late)
    assert push.public_key() == first


@pytest.mark.parametrize(
    ("p256dh", "auth", "are"),
    [
        (urlsafe_base64_encode(Browser().point), urlsafe_base64_encode(bytes(16)), True),
        (urlsafe_base64_encode(Browser().point), urlsafe_base64_encode(bytes(15)), False),
        (urlsafe_base64_encode(b"\x04" + bytes(64)), urlsafe_base64_encode(bytes(16)), False),
        ("", "", False),
        ("ñ", "ñ", False),
    ],
    ids=["both", "a short secret", "off the curve", "none", "not base64"],
)
def test_keys_of_a_browser(p256dh: str, auth: str, are: bool) -> None:
    assert push.are_keys(p256dh, auth) == are
