"""The links a person shares: made, found again by what the visitor brings, revoked, and who saw what."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta

from django.utils import timezone

from espalda.web.models import Person, Share, ShareVisit


def make(
    person: Person,
    name: str,
    days: int,
    *,
    first_day: date | None = None,
    with_findings: bool = False,
    with_safety: bool = False,
    with_walks: bool = False,
) -> tuple[Share, str]:
    """Return a new link that ends after `days`, and its token: it can't be had again, for its hash alone is kept."""
    token = secrets.token_urlsafe(24)
    share = Share.objects.create(
        person=person,
        name=name,
        token_sha256=_hash(token),
        expires_at=timezone.now() + timedelta(days=days),
        first_day=first_day,
        with_findings=with_findings,
        with_safety=with_safety,
        with_walks=with_walks,
    )
    return share, token


def find(token: str) -> Share | None:
    """Return the link of a token, ended or not; None where there is none.

    It is looked for by its hash, so how long that takes says nothing of any token.
    """
    return Share.objects.select_related("person").filter(token_sha256=_hash(token)).first()


def revoke(share: Share) -> None:
    """End a link now."""
    if share.revoked_at is None:
        share.revoked_at = timezone.now()
        share.save(update_fields=["revoked_at"])


def note_visit(share: Share, page: str) -> None:
    """Keep that a page was seen through a link."""
    ShareVisit.objects.create(share=share, page=page)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
