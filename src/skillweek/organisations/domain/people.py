"""Verbs on people: their roles, their own details, a lost second factor (A6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.organisations.access import (
    can_end,
    can_reset_second_factor,
    forget_scope,
    grantable_roles,
    is_manager_above,
)
from skillweek.organisations.models import Membership, Organisation, Role, User
from skillweek.organisations.phones import mask_email, mask_phone, normalise_phone

#: Letters that a person's name may have.
NAME_LENGTH: Final = 60


def clean_name(text: str) -> str:
    """The name as stored. Raises DomainError when it is too long."""
    name = " ".join(text.split())
    if len(name) > NAME_LENGTH:
        raise DomainError(_("姓名太长，请缩短到 %(limit)s 个字以内。") % {"limit": NAME_LENGTH}, field="name")
    return name


def clean_email(text: str | None) -> str:
    """The address as stored. Raises DomainError when it is none."""
    email = (text or "").strip().lower()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            shown = _("「%(email)s」不是完整的邮箱地址，请检查，例如 name@example.com。") % {"email": email}
            raise DomainError(shown, field="email") from error
    return email


def clean_phone(text: str | None) -> str:
    """The number as stored. Raises DomainError when it is no mobile number."""
    try:
        return normalise_phone(text or "")
    except ValueError as error:
        shown = _("「%(phone)s」不是手机号码。请填 11 位手机号码；境外号码请以 + 和国家代码开头。") % {"phone": text}
        raise DomainError(shown, field="phone") from error


def _check_free(email: str, phone: str, besides: User | None = None) -> None:
    """Raise Conflict when another account signs in with this address or number."""
    others = User.objects.exclude(pk=besides.pk) if besides is not None else User.objects.all()
    if email and others.filter(email=email).exists():
        raise Conflict(_("这个邮箱已有账号。请用该账号登录，或换一个邮箱。"), field="email", code="taken")
    if phone and others.filter(phone=phone).exists():
        raise Conflict(_("这个手机号码已有账号。请用该账号登录，或换一个号码。"), field="phone", code="taken")


def make_user(*, name: str, email: str, phone: str, password: str) -> User:
    """Make an account that signs in with e-mail, phone, or both. Raises DomainError naming the field."""
    email, phone, name = clean_email(email), clean_phone(phone), clean_name(name)
    if not name:
        raise DomainError(_("请填写姓名。"), field="name")
    if not email and not phone:
        raise DomainError(_("邮箱和手机号码请至少填一项，用来登录。"), field="email")
    _check_free(email, phone)
    try:
        validate_password(password, User(name=name, email=email or None, phone=phone or None))
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), field="password") from error
    user = User.objects.create_user(email=email or None, phone=phone or None, name=name, password=password)
    audit.record("user.create", user, actor=user, data={"email": mask_email(email), "phone": mask_phone(phone)})
    return user


def close_membership(membership: Membership, *, actor: Any, reason: str, verb: str) -> None:
    """End a role and record it; callers have checked the right to."""
    membership.is_active = False
    membership.ended_at = now()
    membership.save(update_fields=["is_active", "ended_at", "updated_at"])
    audit.record(
        verb,
        membership,
        actor=actor,
        organisation_id=membership.organisation_id,
        reason=reason,
        data={"user": membership.user_id, "role": membership.role},
    )
    forget_scope(membership.user)


def is_last(membership: Membership) -> bool:
    """Whether the unit would be left without anyone in a role it needs: a bureau's manager, a school's liaison."""
    needed = Role.LIAISON if membership.organisation.is_school else Role.MANAGER
    if membership.role != needed:
        return False
    others = Membership.objects.filter(
        organisation_id=membership.organisation_id, role=needed, is_active=True, user__is_active=True
    )
    return not others.exclude(pk=membership.pk).exists()


def _check_not_last(actor: Any, membership: Membership, leave_empty: bool) -> None:
    if not is_last(membership):
        return
    unit, role = membership.organisation, membership.get_role_display()
    if not is_manager_above(actor, unit):
        text = _(
            "%(who)s是「%(unit)s」唯一的%(role)s。请先用「交接」邀请接任者，对方接受后这个角色会自动结束；"
            "如果一时无人接任，请上级单位的管理员处理。"
        ) % {"who": membership.user, "unit": unit, "role": role}
        raise Conflict(text, code="last")
    if not leave_empty:
        text = _(
            "%(who)s是「%(unit)s」唯一的%(role)s。结束后该单位将没有%(role)s；确定的话，请勾选「允许暂时空缺」再提交。"
        ) % {"who": membership.user, "unit": unit, "role": role}
        raise Conflict(text, code="last", field="leave_empty")


def _locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    row = rows.get(pk=membership.pk)
    # The unit's row is locked too: two managers who remove each other at the same moment meet here.
    Organisation.objects.select_for_update().get(pk=row.organisation_id)
    if not row.is_active:
        raise Conflict(_("这个角色已经结束。"))
    return row


@transaction.atomic
def end_membership(actor: Any, membership: Membership, *, reason: str, leave_empty: bool = False) -> Membership:
    """End a person's role; they lose what it gave at once, also in open sessions (A6).

    The last manager of a bureau and the last liaison of a school cannot be ended unless a manager above says
    ``leave_empty``. Raises NotAllowed, Conflict or DomainError.
    """
    row = _locked(membership)
    if not can_end(actor, row):
        raise NotAllowed(_("您不能结束%(who)s的这个角色。") % {"who": row.user})
    if not reason.strip():
        raise DomainError(_("请填写理由，例如「调离岗位」。它会留在记录里。"), field="reason")
    _check_not_last(actor, row, leave_empty)
    close_membership(row, actor=actor, reason=reason.strip(), verb="membership.end")
    return row


@transaction.atomic
def change_role(actor: Any, membership: Membership, role: str, *, reason: str, leave_empty: bool = False) -> Membership:
    """Give a person another role in the same unit; returns the new one. Raises like ``end_membership``."""
    row = _locked(membership)
    allowed = grantable_roles(actor, row.organisation)
    if row.role not in allowed or role not in allowed:
        raise NotAllowed(_("您不能把%(who)s改成这个角色。") % {"who": row.user})
    if role == row.role:
        raise DomainError(_("%(who)s已经是这个角色。") % {"who": row.user}, field="role")
    if not reason.strip():
        raise DomainError(_("请填写理由，它会留在记录里。"), field="reason")
    _check_not_last(actor, row, leave_empty)
    close_membership(row, actor=actor, reason=reason.strip(), verb="membership.change_role")
    new, _made = Membership.objects.get_or_create(
        user=row.user, organisation=row.organisation, role=role, is_active=True
    )
    data = {"user": row.user_id, "role": [row.role, role]}
    audit.record(
        "membership.start", new, actor=actor, organisation_id=row.organisation_id, reason=reason.strip(), data=data
    )
    forget_scope(row.user)
    return new


@transaction.atomic
def reset_second_factor(actor: Any, user: User, *, reason: str) -> None:
    """Remove a colleague's second factor after a lost phone; a bureau account sets up a new one when next used (A6).

    ``actor`` None means the operator at the command line. Raises NotAllowed or DomainError.
    """
    if actor is not None and not can_reset_second_factor(actor, user):
        raise NotAllowed(_("只有上级管理员才能重置%(who)s的两步验证。") % {"who": user})
    if not reason.strip():
        raise DomainError(_("请填写理由，例如「手机遗失，已当面核实」。它会留在记录里。"), field="reason")
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise Conflict(_("%(who)s没有启用两步验证，不用重置。") % {"who": user})
    first = Membership.objects.filter(user=user, is_active=True).order_by("organisation__path").first()
    audit.record(
        "user.reset_second_factor",
        user,
        actor=actor,
        organisation_id=first.organisation_id if first else None,
        reason=reason.strip(),
    )


@transaction.atomic
def update_profile(user: User, *, name: str, email: str, phone: str, language: str = "", password: str = "") -> User:
    """Change one's own details (A6, A7). A new e-mail or phone is a new way in, so it asks for the ``password``.

    Raises DomainError naming the field.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    email, phone, name = clean_email(email), clean_phone(phone), clean_name(name)
    if not name:
        raise DomainError(_("请填写姓名。"), field="name")
    if not email and not phone:
        raise DomainError(_("邮箱和手机号码请至少留一项，用来登录。"), field="email")
    old = {"name": row.name, "email": row.email or "", "phone": row.phone or "", "language": row.language}
    new = {"name": name, "email": email, "phone": phone, "language": language}
    changed = [key for key in new if old[key] != new[key]]
    if {"email", "phone"} & set(changed):
        if not row.check_password(password):
            raise DomainError(_("修改邮箱或手机号码要填写当前的登录密码。密码不对，请再试一次。"), field="password")
        _check_free(email, phone, besides=row)
        # allauth would keep an old address as a way in.
        EmailAddress.objects.filter(user=row).delete()
    if changed:
        row.name, row.language = name, language
        row.email, row.phone = email or None, phone or None
        row.save(update_fields=["name", "email", "phone", "language"])
        masks: dict[str, Callable[[str], str]] = {"email": mask_email, "phone": mask_phone}
        data = {key: [masks.get(key, str)(old[key]), masks.get(key, str)(new[key])] for key in changed}
        audit.record("user.change", row, actor=row, data=data)
    return row
