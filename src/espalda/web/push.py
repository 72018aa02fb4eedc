"""Notices to a browser that asked for them, through its maker's push service, which can't read them (RFC 8030, 8291).

The key that signs them (RFC 8292) is made once and stays in the data folder.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from py_vapid import Vapid02

from espalda.web import outgoing, schedule
from espalda.web.models import PushSubscription

_SIGNED_S: Final = 12 * 60 * 60
"""RFC 8292: at most 24 hours."""
_KEY: Final = "push-key.pem"


def public_key() -> str:
    """Return what a browser needs to know of the key before it subscribes."""
    point = _key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_base64_encode(point)


def are_keys(p256dh: str, auth: str) -> bool:
    """Return whether these can be a browser's keys: a point of the curve, and a secret of 16 bytes."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), urlsafe_base64_decode(p256dh))
        return len(urlsafe_base64_decode(auth)) == 16
    except ValueError:
        return False


def send(to: PushSubscription, text: str, lang: str) -> int:
    """Send a notice and return the status its push service answers: 404 or 410 where the browser wants no more.

    Raises
    ------
    NotSentError
        As for `outgoing.post`.
    """
    body = http_ece.encrypt(
        json.dumps({"text": text, "lang": lang}).encode(),
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=urlsafe_base64_decode(to.p256dh),
        auth_secret=urlsafe_base64_decode(to.auth),
        version="aes128gcm",
    )
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(round(schedule.LATE.total_seconds())),
        # Else a phone that sleeps is not woken.
        "Urgency": "high",
        # One that waits for a phone that is off is replaced by the next.
        "Topic": "reading",
        **_signature(to.endpoint),
    }
    return outgoing.post(to.endpoint, body, headers)


def _signature(endpoint: str) -> dict[str, str]:
    """Return the header that says which server sends, and whom to ask about it."""
    url = urlsplit(endpoint)
    host = next((name for name in settings.ALLOWED_HOSTS if name not in settings.AT_HOME), "localhost")
    about = {
        "aud": f"{url.scheme}://{url.netloc}",
        "exp": int(time.time()) + _SIGNED_S,
        "sub": f"https://{host}",
    }
    signed: dict[str, str] = _key().sign(about)
    return signed


def _key() -> Vapid02:
    """Return the key, made the first time, for its owner alone."""
    path = Path(settings.DATA) / _KEY
    if not path.exists():
        new = Vapid02()
        new.generate_keys()
        with NamedTemporaryFile(dir=path.parent, prefix=f".{_KEY}.") as file:  # which its owner alone may read
            file.write(new.private_pem())
            file.flush()
            with suppress(FileExistsError):  # another thread or process was quicker: then it is theirs
                os.link(file.name, path)
    return Vapid02(Vapid02.from_pem(path.read_bytes()).private_key, conf={"no-strict": True})
