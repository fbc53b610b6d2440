"""What this room's pages share: which edition, whose activity or plan, refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from skillweek.activities import access
from skillweek.activities.models import Activity, Plan
from skillweek.core.asked import back_to, number_in
from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation


def edition_now() -> Edition | None:
    """The edition people plan in; the last closed one for reading when none is open."""
    return Edition.objects.current() or Edition.objects.filter(state=Edition.State.CLOSED).first()


def organisation_of(request: HttpRequest, organisation_id: int) -> Organisation:
    """An organisation for which the person plans. Raises Http404."""
    for organisation in access.planning_organisations(request.user):
        if organisation.pk == organisation_id:
            return organisation
    raise Http404


def activity_of(request: HttpRequest, pk: int) -> Activity:
    """An activity that the person may see. Raises Http404."""
    query = access.visible_to(request.user).select_related("organisation", "edition", "plan", "cover__file")
    activity: Activity = get_object_or_404(query, pk=pk)
    return activity


def own_activity(request: HttpRequest, pk: int) -> Activity:
    """An activity that the person writes for. Raises Http404."""
    activity = activity_of(request, pk)
    if not access.can_write_for(request.user, activity.organisation):
        raise Http404
    return activity


def plan_of(request: HttpRequest, pk: int) -> Plan:
    """A plan that the person may see. Raises Http404."""
    query = access.plans_visible_to(request.user).select_related("organisation", "edition", "submitted_by")
    plan: Plan = get_object_or_404(query, pk=pk)
    return plan


def version_in(request: HttpRequest) -> int:
    """The version that the page was made from; -1, which nothing has, when it says none: the verb then refuses."""
    found = number_in(request.POST.get("version"))
    return -1 if found is None else found


def posting(verb: Callable[..., HttpResponseBase | str]) -> Callable[..., HttpResponseBase]:
    """A POST view around one verb that returns where to go (an address), with refusals as messages there.

    A refusal with status 400 or 409 goes back to ``next`` or the room's index with the sentence; 403 and 429 get their
    own page.
    """

    @require_POST
    @login_required
    @wraps(verb)
    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = verb(request, *args, **kwargs)
        except DomainError as error:
            if error.status not in (400, 409):
                raise
            messages.error(request, error.message)
            return redirect(back_to(request, "activities:index"))
        return redirect(answer) if isinstance(answer, str) else answer

    return view


def for_scripts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a script in JSON whatever happens: 401 instead of a sign-in page, refusals, 404."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            message = _("登录已过期。您填写的内容仍在本机，请重新登录后继续。")
            return JsonResponse({"ok": False, "code": "signed_out", "message": message}, status=401)
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            payload = {"ok": False, "code": error.code, "field": error.field, "message": error.message}
            return JsonResponse({**payload, "details": error.details}, status=error.status)
        except Http404:
            message = _("找不到这项内容，或者您已不是本单位的填报人员。您填写的内容仍在本机。")
            return JsonResponse({"ok": False, "code": "not_found", "message": message}, status=404)

    return wrapper
