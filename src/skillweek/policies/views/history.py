"""The history of a policy: what was public when, what changed, back to an old version."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.content.compare import compare_plain
from skillweek.content.editorial import version_of, versions_of
from skillweek.content.views.editing import version_change
from skillweek.policies.domain import writing as verbs
from skillweek.policies.queries.reading import facts_of
from skillweek.policies.views.common import editable_policy, policy_context, policy_of

_PER_PAGE = 20


@require_GET
@login_required
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version, newest first."""
    policy = policy_of(request, pk)
    rows = Paginator(versions_of(policy), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "policies/versions.html", {**policy_context(request, policy), "rows": rows})


@require_GET
@login_required
def changes(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a version changed against the one before, or, with ``?to=draft``, what the draft changes against it."""
    policy = policy_of(request, pk)
    change = version_change(request, policy, number)
    facts_before, facts_after = dict(facts_of(change.old)), dict(facts_of(change.new))
    labels = list(dict.fromkeys([*facts_before, *facts_after]))
    context = {
        **policy_context(request, policy),
        **change.shown("title", "summary"),
        "facts": [(name, compare_plain(facts_before.get(name, ""), facts_after.get(name, ""))) for name in labels],
    }
    return render(request, "policies/changes.html", context)


@require_POST
@login_required
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make an old version the draft."""
    policy = editable_policy(request, pk)
    version = version_of(policy, number)
    if version is None:
        raise Http404
    verbs.restore_version(policy, version, actor=request.user)
    messages.success(request, _("版本 %(number)s 已恢复为草稿，发布后公众才会看到。") % {"number": number})
    return redirect("policies:edit", pk)
