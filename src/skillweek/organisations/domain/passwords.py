"""A way back for colleagues who forgot their password and have no e-mail (A6)."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.organisations.access import can_reset_password
from skillweek.organisations.models import User


@transaction.atomic
def password_link(actor: Any, user: User, *, reason: str) -> str:
    """Return an address where ``user`` sets a new password, for the actor to hand over in person (A6).

    Valid for ``PASSWORD_RESET_TIMEOUT`` seconds and until the password changes or the person signs in. ``actor`` None
    means the operator at the command line. Raises NotAllowed or DomainError.
    """
    if actor is not None and not can_reset_password(actor, user):
        raise NotAllowed(_("您不能为%(who)s重设密码。") % {"who": user})
    if not reason.strip():
        raise DomainError(_("请填写理由，例如「忘记密码，已当面核实」。它会留在记录里。"), field="reason")
    audit.record("user.password_link", user, actor=actor, reason=reason.strip())
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return str(settings.BASE_URL) + reverse("account_reset_password_from_key", kwargs=key)
