"""Accounts of people outside the tree: they sign up by a form, a mailed link proves their address, a person verifies
them (D3, E3). Journalists and enterprises share this; what they say of themselves stands in their rooms.

A *row* is an application in such a room. It has ``name``, ``email``, ``phone``, ``nonce``, ``token_hash``,
``link_until`` and ``user``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError
from skillweek.core.forms import run
from skillweek.organisations.forms import NewPasswordForm
from skillweek.organisations.links import new_nonce
from skillweek.organisations.models import User

#: How long the mailed link works; who never opens it is forgotten.
LINK_DAYS: Final = 3
_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
#: Asks with ``user``: a receiver answers True while its room still needs this account.
account_in_use = Signal()
M = TypeVar("M", bound=Model)


class Applicant(Protocol):
    """What an application must have."""

    name: str
    email: str
    phone: str
    nonce: str
    token_hash: str
    link_until: datetime | None


def token_of(row: Applicant, purpose: str) -> str:
    """The link's token: derived, never stored. ``purpose`` is the room's."""
    return salted_hmac(f"skillweek.{purpose}.confirm", row.nonce, algorithm="sha256").hexdigest()[:48]


def hash_of(token: str) -> str:
    """What a token is found by."""
    return hashlib.sha256(token.encode()).hexdigest()


def renew_link(row: Applicant, purpose: str) -> None:
    """Give the unsaved row a new link; the old one works no more."""
    row.nonce, row.link_until = new_nonce(), now() + timedelta(days=LINK_DAYS)
    row.token_hash = hash_of(token_of(row, purpose))


def behind(model: type[M], token: str) -> M | None:
    """Whose row a mailed link is for; None for a forged, used or old one."""
    row: Any = model._default_manager.filter(token_hash=hash_of(token)).select_related("edition").first()
    return row if row is not None and row.link_until is not None and row.link_until > now() else None


def account_for(row: Applicant, *, password: str = "", user: User | None = None) -> User:
    """The account for a proven address: a new one with this password, or the signed-in ``user``'s own.

    Raises Conflict when the address belongs to another account, DomainError (``password``) for a weak one. Writes no
    line in the audit trail, which would keep the name for ever.
    """
    known = User.objects.filter(email=row.email).first()
    if known is not None:
        if user is None or user.pk != known.pk:
            raise Conflict(_("这个邮箱已有账号。请先用它登录，再打开链接。"), code="known")
        return known
    try:
        validate_password(password, User(name=row.name, email=row.email, phone=row.phone))
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), field="password") from error
    phone = None if User.objects.filter(phone=row.phone).exists() else row.phone
    return User.objects.create_user(email=row.email, phone=phone, name=row.name, password=password)


def drop_account(user: User | None) -> bool:
    """Delete an account that nothing needs any more; returns whether it went. The caller's row has let go of it."""
    if user is None or user.memberships.exists():
        return False
    if any(answer for _receiver, answer in account_in_use.send(User, user=user)):
        return False
    user.delete()
    return True


def answer_link(
    request: HttpRequest, row: Any, confirm: Callable[[str, User | None], Any]
) -> tuple[bool, dict[str, Any]]:
    """What the page of a mailed link does: ``confirm(password, user)`` is the room's verb and returns its row.

    Returns whether the address is confirmed now (the person is signed in then), and what the page shows: ``row``,
    ``me``, ``known``, ``is_me``, ``form``.
    """
    me = request.user if isinstance(request.user, User) else None
    known = User.objects.filter(email=row.email).exists()
    context: dict[str, Any] = {"row": row, "me": me, "known": known, "is_me": me is not None and me.email == row.email}
    if known:
        if context["is_me"] and request.method == "POST":
            confirm("", me)
            return True, context
        return False, {**context, "form": None}
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        done = run(form, lambda: confirm(form.cleaned_data["password"], None))
        if done is not None:
            login(request, done.user, backend=_BACKEND)
            record_authentication(request, done.user, method="password", reauthenticated=True)
            return True, context
    return False, {**context, "form": form}
