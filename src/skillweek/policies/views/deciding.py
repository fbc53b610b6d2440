"""What is done with a policy: published, checked, withdrawn; the catalogue loaded (D5)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from skillweek.content.access import editing_organisations
from skillweek.content.views.editing import publication_asked
from skillweek.core.errors import DomainError
from skillweek.editions.asked import edition_asked
from skillweek.organisations.models import Organisation
from skillweek.policies.access import can_withdraw
from skillweek.policies.domain import writing as verbs
from skillweek.policies.domain.catalogue import load_catalogue
from skillweek.policies.models import Policy
from skillweek.policies.queries.finding import address_of
from skillweek.policies.views.common import editable_policy, policy_of


def _said(request: HttpRequest, pk: int, verb: Callable[[], str]) -> HttpResponse:
    """Run a verb; what it did or refused is said on the policy's page."""
    try:
        messages.success(request, verb())
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("policies:edit", pk)


@require_POST
@login_required
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish now or at a time of the edition's zone."""
    policy = editable_policy(request, pk)
    return _said(request, pk, lambda: _publish(request, policy))


def _publish(request: HttpRequest, policy: Policy) -> str:
    version = verbs.publish_policy(policy, actor=request.user, **publication_asked(request, policy))
    return _("已发布：%(url)s") % {"url": address_of(policy)} if version else _("已定时，到时自动发布。")


@require_POST
@login_required
def unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the time of publication back."""
    verbs.unschedule_policy(editable_policy(request, pk), actor=request.user)
    messages.success(request, _("已取消定时发布。"))
    return redirect("policies:edit", pk)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the policy from the public."""
    policy = policy_of(request, pk)
    if not can_withdraw(request.user, policy):
        raise Http404
    reason = request.POST.get("reason", "").replace("\0", "").strip()
    verbs.withdraw_policy(policy, actor=request.user, reason=reason)
    messages.success(request, _("已撤下“%(title)s”，公众不再看到。草稿和版本都在。") % {"title": policy.title})
    return redirect("policies:edit", pk)


@require_POST
@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a loaded entry agrees with the official text."""
    verbs.confirm_checked(editable_policy(request, pk), actor=request.user)
    messages.success(request, _("已记下：本条与官方原文核对一致。"))
    return redirect("policies:edit", pk)


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a policy that was never public."""
    policy = editable_policy(request, pk)
    title = policy.title
    try:
        verbs.delete_policy(policy, actor=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("policies:edit", pk)
    messages.success(request, _("已删除草稿“%(title)s”。") % {"title": title})
    return redirect("policies:index")


@require_POST
@login_required
def load(request: HttpRequest, organisation: int) -> HttpResponse:
    """Enter the catalogue of national policies as drafts to be checked."""
    owner: Organisation = get_object_or_404(editing_organisations(request.user), pk=organisation)
    made = len(load_catalogue(edition_asked(request, drafts=True), owner, actor=request.user))
    if made:
        text = ngettext(
            "已载入 %(n)d 条，都是草稿。请逐条核对官方原文后发布。",
            "已载入 %(n)d 条，都是草稿。请逐条核对官方原文后发布。",
            made,
        )
        messages.success(request, text % {"n": made})
    else:
        messages.info(request, _("目录里的政策都已经在政策库里了。"))
    return redirect("policies:index")
