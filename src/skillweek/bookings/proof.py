"""Proof of work instead of a captcha service: the browser searches a number while the person types (B8, ADR 0121).

Challenge and check are ALTCHA's; the search in the browser is ours, in plain JavaScript, so that it runs on pages
without a secure context too. What was used is kept in the database: one proof serves once, whatever process answers.
"""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any, Final

from altcha.v1 import ChallengeOptions, create_challenge, verify_solution
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from skillweek.bookings.models import UsedProof
from skillweek.core.clock import real_now
from skillweek.core.errors import DomainError

LIFE: Final = timedelta(minutes=60)
_LONGEST: Final = 2000


def new_challenge() -> dict[str, Any]:
    """A fresh task as JSON: ``salt``, ``challenge``, ``maxNumber``, ``algorithm``, ``signature``."""
    work = max(1, settings.BOOKING_PROOF_WORK)
    options = ChallengeOptions(hmac_key=_key(), max_number=work, expires=real_now() + LIFE)
    made: dict[str, Any] = create_challenge(options).to_dict()
    return made


def for_page() -> dict[str, Any]:
    """What a page with a proof needs: ``challenge`` for its script, ``challenge_url`` where it gets a fresh one."""
    return {"challenge": new_challenge(), "challenge_url": reverse("bookings_public:challenge")}


def spend(answer: str) -> None:
    """Take a browser's answer, once. Raises DomainError (field ``proof``) for a wrong, old, missing or used one."""
    if not answer:
        raise DomainError(_("安全验证还没有完成。请稍等一秒再提交；浏览器需要开启 JavaScript。"), field="proof")
    challenge = _checked(answer)
    if challenge is None:
        raise DomainError(_("安全验证已过期，已为您重新开始。请再提交一次，填写的内容都在。"), field="proof")
    try:
        with transaction.atomic():
            UsedProof.objects.create(challenge=challenge, expires_at=real_now() + LIFE)
    except IntegrityError:
        raise DomainError(
            _("这次安全验证已经用过，已重新开始。请再提交一次，填写的内容都在。"), field="proof"
        ) from None


def _checked(answer: str) -> str | None:
    """The challenge of a right answer, else None."""
    if len(answer) > _LONGEST:
        return None
    try:
        payload = json.loads(base64.b64decode(answer, validate=True))
        fine = isinstance(payload, dict) and isinstance(payload.get("salt"), str)
        solved = fine and payload.get("algorithm") == "SHA-256" and verify_solution(payload, _key())[0]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return str(payload["challenge"]) if solved else None


def _key() -> str:
    return salted_hmac("skillweek.booking.proof", "", algorithm="sha256").hexdigest()
