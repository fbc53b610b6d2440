"""Links by which a hall's screen shows figures without signing in: made and revoked by a bureau's managers (C13)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed, TooMuch
from skillweek.organisations.access import can_manage_organisations
from skillweek.organisations.models import Organisation
from skillweek.statistics.models import WallLink

_SALT: Final = "skillweek.wall"
_BYTES: Final = 24
#: Days that a link works.
LIFE: Final = 90
#: Links of one unit that work at the same time.
MOST: Final = 20
_NAME: Final = 60
_MINUTE: Final = timedelta(minutes=1)


def can_make(user: Any, unit: Organisation) -> bool:
    """Whether the person makes and revokes links of this unit: a manager of a bureau at or above it."""
    return not unit.is_school and can_manage_organisations(user, unit)


@transaction.atomic
def make_link(unit: Organisation, *, by: Any, name: str) -> WallLink:
    """Make a link for a screen that stands at ``name``. Raises NotAllowed, DomainError, TooMuch."""
    _must_manage(by, unit)
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise DomainError(_("请写明屏幕放在哪里，例如“一楼大厅”，以后停用时才认得出来。"), field="name")
    if len(name) > _NAME:
        raise DomainError(_("“放在哪里”最多 %(limit)d 字，请缩短。") % {"limit": _NAME}, field="name")
    Organisation.objects.select_for_update().get(pk=unit.pk)
    if active_links(unit).count() >= MOST:
        raise TooMuch(_("已有 %(limit)d 个有效的大屏链接。请先停用不用的。") % {"limit": MOST})
    nonce = secrets.token_hex(16)
    link = WallLink.objects.create(
        organisation=unit, name=name, nonce=nonce, token_hash=_hash(_token(nonce)), made_by=by,
        expires_at=now() + timedelta(days=LIFE),
    )  # fmt: skip
    audit.record("wall_link.make", link, actor=by, organisation_id=unit.pk, data={"name": name})
    return link


@transaction.atomic
def revoke_link(link: WallLink, *, by: Any) -> WallLink:
    """Make the link open nothing any more, at once. Revoking twice changes nothing. Raises NotAllowed."""
    fresh = WallLink.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=link.pk)
    _must_manage(by, fresh.organisation)
    if fresh.revoked_at is None:
        fresh.revoked_at, fresh.revoked_by = now(), by
        fresh.save(update_fields=["revoked_at", "revoked_by", "updated_at"])
        audit.record("wall_link.revoke", fresh, actor=by, organisation_id=fresh.organisation_id)
    return fresh


def active_links(unit: Organisation) -> Any:
    """The unit's links that open its screen now."""
    return WallLink.objects.filter(organisation=unit).filter(_works())


def _works() -> Q:
    return Q(revoked_at=None, expires_at__gt=now(), organisation__is_active=True)


def find_link(token: str) -> WallLink | None:
    """The working link with this token; None for a forged, revoked or expired one. Notes that a screen asked."""
    if not token.isascii() or len(token) > 64:
        return None
    found = WallLink.objects.filter(_works(), token_hash=_hash(token)).select_related("organisation")
    link = found.first()
    moment = now()
    if link is not None and (link.last_seen_at is None or moment - link.last_seen_at >= _MINUTE):
        WallLink.objects.filter(pk=link.pk).update(last_seen_at=moment)
    return link


def token_of(link: WallLink) -> str:
    """The link's token; also after ``SECRET_KEY`` changed, while the old key is among the fallbacks."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if _hash(token := _token(link.nonce, secret)) == link.token_hash:
            return token
    return _token(link.nonce)


def _token(nonce: str, secret: str | None = None) -> str:
    digest = salted_hmac(_SALT, nonce, secret=secret, algorithm="sha256").digest()[:_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _must_manage(by: Any, unit: Organisation) -> None:
    if not can_make(by, unit):
        raise NotAllowed(_("只有本部门或上级部门的管理员可以管理大屏链接。"))
