"""Roles of people in a unit, and the invitations to them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from skillweek.core.forms import run
from skillweek.organisations.access import (
    can_end,
    can_reset_password,
    can_reset_second_factor,
    grantable_roles,
    is_manager_above,
)
from skillweek.organisations.domain.invitations import (
    invite,
    resend_invitation,
    revoke_invitation,
    start_hand_over,
)
from skillweek.organisations.domain.passwords import password_link
from skillweek.organisations.domain.people import change_role, end_membership, is_last, reset_second_factor
from skillweek.organisations.forms import EndForm, InviteForm, PersonForm, ReasonForm, RoleForm
from skillweek.organisations.mail import link_of
from skillweek.organisations.models import Invitation, Membership, Role
from skillweek.organisations.views.common import (
    act,
    invitation_or_404,
    keep_link,
    membership_or_404,
    to_unit,
    unit_or_404,
)


def _invited(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Say what happens next and show the link once."""
    keep_link(request, invitation, link_of(invitation))
    if invitation.email:
        messages.success(
            request, _("邀请邮件正在发往 %(email)s，也可以复制链接发给本人。") % {"email": invitation.email}
        )
    else:
        messages.success(request, _("邀请已生成，请复制链接发给本人。"))
    return to_unit(invitation.organisation_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite somebody to a role in a unit."""
    organisation = unit_or_404(request, pk)
    roles = grantable_roles(request.user, organisation)
    if not roles:
        raise PermissionDenied
    first = Role.LIAISON if organisation.is_school else Role.REVIEWER
    initial = {"role": first if first in roles else roles[0]}
    form = InviteForm(request.POST or None, roles=roles, initial=initial)
    if form.is_valid():
        made = run(form, lambda: invite(request.user, organisation, **form.cleaned_data))
        if made is not None:
            return _invited(request, made)
    title = _("邀请人员加入「%(unit)s」") % {"unit": organisation}
    return act(request, form, title=title, button=_("邀请"), back=reverse("organisations:unit", args=[pk]))


@login_required
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link for an open invitation."""
    return _invited(request, resend_invitation(request.user, invitation_or_404(request, pk)))


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation, or cancel a hand-over."""
    row = revoke_invitation(request.user, invitation_or_404(request, pk))
    messages.success(request, _("交接已取消，原来的角色不变。") if row.replaces_id else _("邀请已撤回，链接不再有效。"))
    return to_unit(row.organisation_id)


def _about(row: Membership) -> dict[str, object]:
    return {"who": row.user, "role": row.get_role_display(), "unit": row.organisation}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role."""
    row = membership_or_404(request, pk)
    if not can_end(request.user, row):
        raise PermissionDenied
    form = EndForm(request.POST or None)
    _offer_empty(request, form, row)
    if form.is_valid() and run(form, lambda: end_membership(request.user, row, **form.cleaned_data)) is not None:
        messages.success(request, _("%(who)s的%(role)s角色已结束，立即生效。") % _about(row))
        return redirect("workspace:home") if row.user_id == request.user.pk else to_unit(row.organisation_id)
    return act(
        request,
        form,
        title=_("结束%(who)s的%(role)s角色") % _about(row),
        lead=_("结束后立即失去这个角色的权限，已打开的页面也一样。草稿和材料留在「%(unit)s」。") % _about(row),
        button=_("结束角色"),
        danger=True,
        back=reverse("organisations:unit", args=[row.organisation_id]),
    )


def _offer_empty(request: HttpRequest, form: EndForm, row: Membership) -> None:
    """Only a manager above, and only for the last one, is asked whether the role may stay empty."""
    if not (is_last(row) and is_manager_above(request.user, row.organisation)):
        del form.fields["leave_empty"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person another role."""
    row = membership_or_404(request, pk)
    roles = grantable_roles(request.user, row.organisation)
    if row.role not in roles:
        raise PermissionDenied
    form = RoleForm(request.POST or None, roles=[choice for choice in roles if choice != row.role])
    _offer_empty(request, form, row)
    if form.is_valid() and run(form, lambda: change_role(request.user, row, **form.cleaned_data)) is not None:
        messages.success(request, _("角色已更换，立即生效。"))
        return to_unit(row.organisation_id)
    return act(
        request,
        form,
        title=_("更换%(who)s的角色") % _about(row),
        lead=_("现在是「%(unit)s」的%(role)s。") % _about(row),
        button=_("更换"),
        back=reverse("organisations:unit", args=[row.organisation_id]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a successor."""
    row = membership_or_404(request, pk)
    if not can_end(request.user, row):
        raise PermissionDenied
    form = PersonForm(request.POST or None)
    if form.is_valid():
        made = run(form, lambda: start_hand_over(request.user, row, **form.cleaned_data))
        if made is not None:
            return _invited(request, made)
    return act(
        request,
        form,
        title=_("交接：%(who)s（%(role)s）") % _about(row),
        lead=_("请填写接任者。接任者接受后，%(who)s的这个角色自动结束；在那之前可以取消。草稿和材料都留在单位里。")
        % _about(row),
        button=_("发起交接"),
        back=reverse("organisations:unit", args=[row.organisation_id]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a colleague's lost second factor."""
    row = membership_or_404(request, pk)
    if not can_reset_second_factor(request.user, row.user):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        done = run(form, lambda: reset_second_factor(request.user, row.user, reason=reason) or True)
        if done:
            messages.success(request, _("已重置%(who)s的两步验证。下次使用时须重新设置。") % _about(row))
            return to_unit(row.organisation_id)
    return act(
        request,
        form,
        title=_("重置%(who)s的两步验证") % _about(row),
        lead=_("请先当面或打电话确认是本人。重置后，只凭密码就能登录并设置新的验证器。"),
        button=_("重置"),
        danger=True,
        back=reverse("organisations:unit", args=[row.organisation_id]),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link where a colleague sets a new password; shown in this answer only."""
    row = membership_or_404(request, pk)
    if not can_reset_password(request.user, row.user):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    back = reverse("organisations:unit", args=[row.organisation_id])
    if form.is_valid():
        link = run(form, lambda: password_link(request.user, row.user, reason=form.cleaned_data["reason"]))
        if link is not None:
            return render(request, "organisations/password_link.html", {"link": link, "person": row.user, "back": back})
    return act(
        request,
        form,
        title=_("为%(who)s重设密码") % _about(row),
        lead=_(
            "本人有邮箱的，可以自己在登录页点「忘记密码」。没有邮箱的，在这里生成链接，当面或打电话确认后发给本人。"
        ),
        button=_("生成链接"),
        back=back,
    )
