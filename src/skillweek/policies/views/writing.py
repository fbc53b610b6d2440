"""Policies in the workspace: find, enter, preview (D5)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from skillweek.content.access import editing_organisations, is_open
from skillweek.content.editorial import versions_of
from skillweek.content.views.editing import conflict_shown, publish_form_of, said_after_saving
from skillweek.core.errors import Conflict, DomainError
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.organisations.models import Organisation
from skillweek.policies.access import listed_for, policies_visible_to
from skillweek.policies.domain import writing as verbs
from skillweek.policies.domain.catalogue import entries
from skillweek.policies.forms import PolicyForm
from skillweek.policies.models import Policy
from skillweek.policies.queries.finding import PolicyFilter, matching_title
from skillweek.policies.queries.reading import reading_of
from skillweek.policies.views.common import policy_context, policy_of

_PER_PAGE = 20


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """What the person works on and what everybody may read; the ways to enter more."""
    edition = edition_asked(request, drafts=True)
    wanted = PolicyFilter.from_query(request.GET)
    everything = listed_for(request.user).filter(edition=edition)
    rows = matching_title(wanted.apply(everything.order_by("-updated_at", "-pk")), wanted.text)
    only_unchecked = request.GET.get("check") == "1"
    if only_unchecked:
        rows = rows.filter(needs_check=True)
    makers = list(editing_organisations(request.user)) if is_open(edition) else []
    there = set(Policy.objects.filter(edition=edition).values_list("catalogue_key", flat=True))
    context = {
        "edition": edition,
        "wanted": wanted,
        "only_unchecked": only_unchecked,
        "unchecked": everything.filter(needs_check=True).count(),
        "page": Paginator(rows.select_related("organisation"), _PER_PAGE).get_page(request.GET.get("page")),
        "mine": set(policies_visible_to(request.user).filter(edition=edition).values_list("pk", flat=True)),
        "levels": Policy.Level.choices,
        "kinds": Policy.Kind.choices,
        "makers": makers,
        "lacking": len(entries().keys() - there) if makers else 0,
    }
    return render(request, "policies/index.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def add(request: HttpRequest, organisation: int) -> HttpResponse:
    """A new policy of a bureau."""
    owner: Organisation = get_object_or_404(editing_organisations(request.user), pk=organisation)
    edition = edition_asked(request, drafts=True)
    policy = Policy(edition=edition, organisation=owner)
    form = PolicyForm(request.POST or None, policy=policy)
    if form.is_valid():
        saved = run(form, lambda: verbs.save_policy(policy, form.changes(), actor=request.user))
        if saved is not None:
            messages.success(request, _("草稿已保存，公众还看不到。"))
            return redirect("policies:edit", saved.pk)
    context = {"policy": policy, "edition": edition, "form": form, "can_edit": True}
    return render(request, "policies/edit.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft; beside it what the public sees and since when."""
    policy = policy_of(request, pk)
    context = policy_context(request, policy)
    if not context["can_edit"]:
        more = {"reading": reading_of(policy, policy.draft, request.user), "versions": versions_of(policy)[:5]}
        status = 403 if request.method == "POST" else 200
        return render(request, "policies/read.html", {**context, **more}, status=status)
    form = PolicyForm(request.POST or None, policy=policy)
    if form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        try:
            saved = verbs.save_policy(policy, form.changes(), actor=request.user, expected_revision=revision)
            return _after_saving(request, saved)
        except Conflict as conflict:
            if not conflict.details:
                raise
            context |= conflict_shown(form, conflict)
        except DomainError as error:
            if error.field not in form.fields:
                raise
            form.add_error(error.field, error.message)
    policy.refresh_from_db()
    context |= {"form": form, "publish_form": publish_form_of(policy), "versions": versions_of(policy)[:5]}
    status = 409 if "there" in context else 400 if form.is_bound else 200
    return render(request, "policies/edit.html", context, status=status)


def _after_saving(request: HttpRequest, policy: Policy) -> HttpResponse:
    if "preview" in request.POST:
        return redirect("policies:preview", policy.pk)
    messages.success(request, said_after_saving(policy))
    return redirect("policies:edit", policy.pk)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as readers will see it."""
    policy = policy_of(request, pk)
    reading = reading_of(policy, policy.draft, request.user)
    return render(request, "policies/preview.html", {**policy_context(request, policy), "reading": reading})
