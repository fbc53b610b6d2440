"""One's own account: accept an invitation, look after one's details; doors of allauth that stay shut."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from skillweek.core.errors import DomainError
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.organisations.adapter import remember_language
from skillweek.organisations.domain.invitations import (
    accept_as_new_user,
    accept_invitation,
    check_open,
    find_invitation,
)
from skillweek.organisations.domain.people import update_profile
from skillweek.organisations.forms import AcceptForm, ProfileForm
from skillweek.organisations.models import Invitation, User

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@rate_limited("invitation", "30/10m")
@sensitive_post_parameters("password", "password_again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """What the link in an invitation opens: sign in and take the role, or make an account."""
    try:
        invitation = check_open(find_invitation(token))
    except DomainError as error:
        status = 404 if error.code == "unknown" else 410
        return render(request, "organisations/accept_closed.html", {"message": error.message}, status=status)
    if isinstance(request.user, User):
        return _accept_signed_in(request, request.user, invitation, token)
    return _accept_anonymous(request, invitation, token)


def _accept_signed_in(request: HttpRequest, user: User, invitation: Invitation, token: str) -> HttpResponse:
    if request.method != "POST":
        return render(request, "organisations/accept_confirm.html", {"invitation": invitation})
    accept_invitation(token, user)
    messages.success(request, _("您已成为「%(unit)s」的%(role)s。") % _about(invitation))
    return redirect("workspace:home")


def _accept_anonymous(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    initial = {"name": invitation.name, "email": invitation.email, "phone": invitation.phone}
    form = AcceptForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = {key: value for key, value in form.cleaned_data.items() if key != "password_again"}
        user = run(form, lambda: accept_as_new_user(token, **data))
        if user is not None:
            login(request, user, backend=_BACKEND)
            record_authentication(request, user, method="password", reauthenticated=True)
            messages.success(request, _("账号已开通，您现在是「%(unit)s」的%(role)s。") % _about(invitation))
            return redirect("workspace:home")
    status = 400 if form.is_bound else 200
    return render(request, "organisations/accept_new.html", {"invitation": invitation, "form": form}, status=status)


def _about(invitation: Invitation) -> dict[str, Any]:
    return {"unit": invitation.organisation, "role": invitation.get_role_display()}


@login_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own name, e-mail, phone and language, and the roles one holds."""
    user = request.user
    assert isinstance(user, User)
    initial = {"name": user.name, "email": user.email or "", "phone": user.phone or "", "language": user.language}
    form = ProfileForm(request.POST or None, initial=initial)
    if form.is_valid():
        saved = run(form, lambda: update_profile(user, **form.cleaned_data))
        if saved is not None:
            messages.success(request, _("已保存。"))
            response = redirect("organisations:profile")
            remember_language(response, saved.language)
            return response
    roles = user.memberships.filter(is_active=True).select_related("organisation").order_by("organisation__path")
    context = {"form": form, "roles": roles}
    return render(request, "organisations/profile.html", context, status=400 if form.is_bound else 200)


def shut(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Pages of allauth with no place here: accounts come from invitations, details are changed in one's profile."""
    raise Http404
