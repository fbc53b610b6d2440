"""Verbs on invitations: invite, send again, revoke, accept; hand-over of a liaison (A6)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.organisations.access import can_end, forget_scope, grantable_roles
from skillweek.organisations.domain.people import clean_email, clean_name, clean_phone, close_membership, make_user
from skillweek.organisations.models import Invitation, Membership, Organisation, Role, User, invitation_nonce
from skillweek.organisations.phones import mask_email, mask_phone


def token_of(invitation: Invitation) -> str:
    """The link's token: derived, never stored."""
    return salted_hmac("skillweek.invitation", invitation.nonce, algorithm="sha256").hexdigest()[:48]


def hash_of(token: str) -> str:
    """What an invitation is found by."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """The invitation behind a link, whatever its state; None for a forged token."""
    return Invitation.objects.select_related("organisation", "invited_by").filter(token_hash=hash_of(token)).first()


def _fresh(invitation: Invitation) -> None:
    """Give the invitation a new link and a new term; the old link is dead from now on."""
    invitation.nonce = invitation_nonce()
    invitation.token_hash = hash_of(token_of(invitation))
    invitation.expires_at = now() + timedelta(days=settings.INVITATION_DAYS)


def _queue_mail(invitation: Invitation) -> None:
    """Have the mail sent once the transaction stands; without an address the link is copied by hand."""
    from skillweek.organisations.tasks import send_invitation

    invitation.mail_attempts = 0
    invitation.sent_at = None
    invitation.mail_state = Invitation.Mail.QUEUED if invitation.email else Invitation.Mail.NONE
    if invitation.email:
        transaction.on_commit(lambda: send_invitation.enqueue(invitation.pk, invitation.nonce))


def _masked(invitation: Invitation) -> dict[str, str]:
    """What the audit trail keeps of the person."""
    return {"role": invitation.role, "email": mask_email(invitation.email), "phone": mask_phone(invitation.phone)}


def _check_not_yet_there(organisation: Organisation, role: str, email: str, phone: str) -> None:
    """Raise Conflict when the person has the role or an open invitation to it."""
    people = Membership.objects.filter(organisation=organisation, role=role, is_active=True)
    pending = Invitation.objects.pending().filter(organisation=organisation, role=role)
    for field, value in (("email", email), ("phone", phone)):
        if value and people.filter(**{f"user__{field}": value}).exists():
            raise Conflict(_("%(who)s在本单位已有这个角色，不用再邀请。") % {"who": value}, field=field)
        if value and pending.filter(**{field: value}).exists():
            text = _("%(who)s已有一份待接受的邀请。要再发一次，请在「待接受的邀请」里点「重新发送」。") % {"who": value}
            raise Conflict(text, field=field)


@transaction.atomic
def invite(
    actor: Any,
    organisation: Organisation,
    *,
    role: str,
    name: str = "",
    email: str = "",
    phone: str = "",
    send: bool = True,
) -> Invitation:
    """Invite a person to a role and return the invitation; ``token_of`` gives its link (A6).

    With ``email`` and ``send`` a mail is queued. ``actor`` None means the system.
    Raises NotAllowed, Conflict or DomainError.
    """
    if actor is not None and role not in grantable_roles(actor, organisation):
        raise NotAllowed(_("您不能在「%(unit)s」邀请这个角色。") % {"unit": organisation})
    return _create(actor, organisation, role, name=name, email=email, phone=phone, send=send)


def _create(
    actor: Any,
    organisation: Organisation,
    role: str,
    *,
    name: str,
    email: str,
    phone: str,
    send: bool = True,
    replaces: Membership | None = None,
) -> Invitation:
    """Check and write an invitation; callers have checked the right to it."""
    if not organisation.is_active:
        raise DomainError(_("「%(unit)s」已停用，不能邀请人员。请先恢复单位。") % {"unit": organisation})
    if organisation.is_school and role == Role.REVIEWER:
        raise DomainError(_("学校不设审核员，请选择别的角色。"), field="role")
    email, phone = clean_email(email), clean_phone(phone)
    if not (name.strip() or email or phone):
        raise DomainError(_("请至少填写姓名、邮箱、手机号码中的一项，方便辨认是谁。"), field="name")
    _check_not_yet_there(organisation, role, email, phone)
    invitation = Invitation(
        organisation=organisation,
        role=role,
        name=clean_name(name),
        email=email,
        phone=phone,
        invited_by=actor,
        replaces=replaces,
    )
    _fresh(invitation)
    invitation.save()
    if send:
        _queue_mail(invitation)
        invitation.save(update_fields=["mail_state"])
    verb = "membership.hand_over" if replaces else "invitation.create"
    audit.record(verb, invitation, actor=actor, organisation_id=organisation.pk, data=_masked(invitation))
    return invitation


def _may_handle(actor: Any, row: Invitation) -> bool:
    """Whoever may give the role, and the person who hands over their own."""
    own = row.replaces_id is not None and Membership.objects.filter(pk=row.replaces_id, user_id=actor.pk).exists()
    return own or row.role in grantable_roles(actor, row.organisation)


def _locked_pending(actor: Any, invitation: Invitation) -> Invitation:
    row = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if actor is not None and not _may_handle(actor, row):
        raise NotAllowed(_("您不能处理这份邀请。"))
    if row.accepted_at is not None:
        raise Conflict(_("这份邀请已被接受，不用再处理。"))
    if row.revoked_at is not None:
        raise Conflict(_("这份邀请已撤回。需要时请重新邀请。"))
    return row


@transaction.atomic
def resend_invitation(actor: Any, invitation: Invitation) -> Invitation:
    """Make a new link with a full term, mailed where there is an address; the old one is dead."""
    row = _locked_pending(actor, invitation)
    _fresh(row)
    _queue_mail(row)
    row.save()
    audit.record("invitation.resend", row, actor=actor, organisation_id=row.organisation_id, data=_masked(row))
    return row


@transaction.atomic
def revoke_invitation(actor: Any, invitation: Invitation) -> Invitation:
    """Make the link worthless. For a hand-over this is 「取消交接」: the present liaison simply stays."""
    row = _locked_pending(actor, invitation)
    row.revoked_at = now()
    row.save(update_fields=["revoked_at", "updated_at"])
    verb = "membership.hand_over_cancel" if row.replaces_id else "invitation.revoke"
    audit.record(verb, row, actor=actor, organisation_id=row.organisation_id, data=_masked(row))
    return row


@transaction.atomic
def start_hand_over(
    actor: Any, membership: Membership, *, name: str = "", email: str = "", phone: str = ""
) -> Invitation:
    """Invite a successor for a role (A6). When the successor accepts, the old role ends; drafts stay with the unit.

    The holder may hand over their own role. Raises NotAllowed, Conflict or DomainError.
    """
    membership = (
        Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user").get(pk=membership.pk)
    )
    if not membership.is_active:
        raise Conflict(_("这个角色已经结束，不能再交接。"))
    if not can_end(actor, membership):
        raise NotAllowed(_("您不能交接别人的这个角色。"))
    if Invitation.objects.pending().filter(replaces=membership).exists():
        raise Conflict(_("已有一份进行中的交接。要换人，请先取消它。"))
    email, phone = clean_email(email), clean_phone(phone)
    if (email and email == membership.user.email) or (phone and phone == membership.user.phone):
        raise DomainError(_("接任者不能是本人，请填写接任者的邮箱或手机号码。"), field="email" if email else "phone")
    # A holder hands over exactly what they hold, so no other right to grant is asked of them.
    return _create(
        actor,
        membership.organisation,
        membership.role,
        name=name,
        email=email,
        phone=phone,
        replaces=membership,
    )


@transaction.atomic
def correct_invitation(actor: Any, invitation: Invitation, *, send: bool = True, **details: str) -> Invitation:
    """Correct name, email or phone of an open invitation. A new address gets a new link, the old one stops working."""
    row = _locked_pending(actor, invitation)
    old = {"name": row.name, "email": row.email, "phone": row.phone}
    new = {**old, **details}
    row.name, row.email, row.phone = clean_name(new["name"]), clean_email(new["email"]), clean_phone(new["phone"])
    if row.email != old["email"]:
        _fresh(row)
        if send:
            _queue_mail(row)
    row.save()
    audit.record("invitation.correct", row, actor=actor, organisation_id=row.organisation_id, data=_masked(row))
    return row


def check_open(invitation: Invitation | None) -> Invitation:
    """Return the invitation if its link still gives the role; raises DomainError saying what to do otherwise."""
    if invitation is None:
        raise DomainError(_("这个邀请链接不完整或已被新的链接替换。请核对链接，或请邀请人重新发送。"), code="unknown")
    if invitation.accepted_at is not None:
        raise DomainError(_("这个邀请链接已经用过。如果是您接受的，请直接登录。"), code="used")
    if invitation.revoked_at is not None:
        raise DomainError(_("这份邀请已被撤回。如有疑问，请联系邀请人。"), code="revoked")
    if invitation.is_expired:
        raise DomainError(_("这个邀请链接已过期。请联系邀请人重新发送。"), code="expired")
    if not invitation.organisation.is_active:
        raise DomainError(_("「%(unit)s」已停用，不能接受邀请。") % {"unit": invitation.organisation}, code="inactive")
    return invitation


@transaction.atomic
def accept_invitation(token: str, user: User) -> Membership:
    """Give ``user`` the invited role, once (A6). Ends the role that a hand-over replaces. Raises DomainError.

    Two people with the same link: the row is locked, the second one is told that it was used.
    """
    found = check_open(find_invitation(token))
    row = check_open(Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=found.pk))
    replaced = row.replaces
    if replaced is not None and replaced.user_id == user.pk:
        raise DomainError(_("交接的链接要由接任者打开，请把它发给接任者。"), code="own")
    membership, _made = Membership.objects.get_or_create(
        user=user, organisation=row.organisation, role=row.role, is_active=True
    )
    row.accepted_by = user
    row.accepted_at = now()
    row.save(update_fields=["accepted_by", "accepted_at", "updated_at"])
    audit.record(
        "invitation.accept",
        row,
        actor=user,
        organisation_id=row.organisation_id,
        data={"membership": membership.pk, "invited_by": row.invited_by_id},
    )
    if replaced is not None and replaced.is_active:
        reason = _("已交接给%(who)s") % {"who": user}
        close_membership(replaced, actor=user, reason=reason, verb="membership.handed_over")
    forget_scope(user)
    return membership


@transaction.atomic
def accept_as_new_user(token: str, *, name: str, email: str, phone: str, password: str) -> User:
    """Make an account for the invited person and give it the role. Raises DomainError naming the field."""
    check_open(find_invitation(token))
    user = make_user(name=name, email=email, phone=phone, password=password)
    accept_invitation(token, user)
    return user
