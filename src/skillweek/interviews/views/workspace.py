"""Interviews in the workspace: series, drafts, review (E8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.content.access import is_open
from skillweek.content.editorial import public_q
from skillweek.content.views.editing import conflict_shown, said_after_saving
from skillweek.content.views.reviewing import ReviewActs, revision_asked
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.interviews import access
from skillweek.interviews.domain import reviewing, writing
from skillweek.interviews.forms import EpisodeForm, NewEpisodeForm, SeriesForm
from skillweek.interviews.models import Episode, Series
from skillweek.interviews.views.public import shown
from skillweek.organisations.access import scope_of, writes_for

_PER_PAGE = 24


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Series of one's units and below, and what waits for one's decision."""
    edition = edition_asked(request)
    rows = access.series_visible_to(request.user).filter(edition=edition).select_related("organisation")
    rows = rows.annotate(
        number=Count("episodes", distinct=True), shown=Count("episodes", filter=public_q("episodes__"), distinct=True)
    )
    waiting = access.episodes_visible_to(request.user).filter(edition=edition, review=Episode.Review.WAITING)
    context = {
        "edition": edition,
        "page": Paginator(rows.order_by("-updated_at", "-pk"), _PER_PAGE).get_page(request.GET.get("page")),
        "waiting": list(waiting.select_related("series", "organisation").order_by("submitted_at")[:50]),
        "reviews": bool(scope_of(request.user).deciding_paths),
        "makes": writes_for(request.user).exists() and is_open(edition),
    }
    return render(request, "interviews/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add_series(request: HttpRequest) -> HttpResponse:
    """Begin a series."""
    edition = edition_asked(request)
    organisations = writes_for(request.user)
    if not organisations.exists():
        raise PermissionDenied
    form = SeriesForm(request.POST or None, edition=edition, organisations=organisations)
    if form.is_valid():
        data = form.cleaned_data
        row = Series(edition=edition, organisation=data["organisation"])
        values = {name: data.get(name) for name in ("title", "about", "author", "cover")}
        made = run(form, lambda: writing.save_series(row, actor=request.user, **values))  # type: ignore[arg-type]
        if made is not None:
            messages.success(request, _("栏目已建好，可以增加第一期访谈。"))
            return redirect("interviews:series", made.pk)
    context = {"edition": edition, "form": form, "is_open": is_open(edition)}
    return render(request, "interviews/series_edit.html", context, status=400 if form.is_bound else 200)


def _series_of(request: HttpRequest, pk: int) -> Series:
    rows = access.series_visible_to(request.user).select_related("edition", "organisation", "cover")
    return get_object_or_404(rows, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """One series with its episodes; POST begins the next."""
    found = _series_of(request, pk)
    can_add = access.can_change_series(request.user, found)
    if request.method == "POST" and not can_add:
        raise PermissionDenied
    form = NewEpisodeForm(request.POST or None)
    if form.is_valid():
        made = run(form, lambda: writing.add_episode(found, actor=request.user, **form.cleaned_data))
        if made is not None:
            return redirect("interviews:edit", made.pk)
    mine = Q(pk__in=access.episodes_visible_to(request.user).values("pk"))
    rows = found.episodes.filter(mine).select_related("organisation").order_by("-number")
    context = {
        "edition": found.edition,
        "series": found,
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "can_add": can_add,
        "is_public": found.episodes.filter(public_q()).exists(),
    }
    return render(request, "interviews/series.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_series(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a series, or delete one that is empty."""
    found = _series_of(request, pk)
    if not access.can_change_series(request.user, found):
        raise PermissionDenied
    if "delete" in request.POST:
        try:
            writing.delete_series(found, actor=request.user)
        except Conflict as error:
            messages.error(request, error.message)
            return redirect("interviews:series", pk)
        messages.success(request, _("已删除栏目“%(title)s”。") % {"title": found.title})
        return redirect("interviews:index")
    form = SeriesForm(request.POST or None, edition=found.edition, organisations=None, series=found)
    if form.is_valid():
        data = form.cleaned_data
        expected = data.pop("version")
        done = run(form, lambda: writing.save_series(found, actor=request.user, expected=expected, **data))
        if done is not None:
            messages.success(request, _("已保存。"))
            return redirect("interviews:series", pk)
    context = {"edition": found.edition, "form": form, "series": found, "is_open": True}
    return render(request, "interviews/series_edit.html", context, status=400 if form.is_bound else 200)


def episode_of(request: HttpRequest, pk: int) -> Episode:
    """The interview, if the person finds it in the workspace. Raises Http404."""
    rows = access.episodes_visible_to(request.user).select_related(
        "edition", "organisation", "series", "edited_by", "submitted_by"
    )
    return get_object_or_404(rows, pk=pk)


def _about(request: HttpRequest, found: Episode) -> dict[str, Any]:
    return {
        "episode": found,
        "series": found.series,
        "edition": found.edition,
        **access.rights_of(request.user, found),
        "can_delete": access.can_delete(request.user, found),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft; beside it where it stands and what may be done with it."""
    found = episode_of(request, pk)
    context = _about(request, found)
    if not context["can_write"]:
        status = 403 if request.method == "POST" else 200
        more = shown(found, found.draft, public=False)
        return render(request, "interviews/preview.html", {**context, **more}, status=status)
    form = EpisodeForm(request.POST or None, episode=found)
    if form.is_valid():
        try:
            saved = writing.save_episode(
                found, form.changes(), actor=request.user, expected_revision=form.cleaned_data["revision"] or 0
            )
            messages.success(request, said_after_saving(saved))
            return redirect("interviews:preview" if "preview" in request.POST else "interviews:edit", pk)
        except Conflict as conflict:
            if not conflict.details:
                raise
            context |= conflict_shown(form, conflict)
        except NotAllowed:
            raise
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    found.refresh_from_db()
    status = 409 if "there" in context else 400 if form.is_bound else 200
    return render(request, "interviews/edit.html", {**context, "form": form}, status=status)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as the public will see it."""
    found = episode_of(request, pk)
    return render(
        request, "interviews/preview.html", {**_about(request, found), **shown(found, found.draft, public=False)}
    )


def _publish(request: HttpRequest, found: Episode) -> str:
    reviewing.publish(
        found,
        actor=request.user,
        reason=request.POST.get("reason", "")[:300],
        expected_revision=revision_asked(request),
    )
    return _("已发布，公众可以看到了。")


def _withdraw(request: HttpRequest, found: Episode) -> str:
    reviewing.withdraw(found, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已撤下，公众不再看到。草稿和版本都在。")


def _delete(request: HttpRequest, found: Episode) -> str:
    writing.delete_episode(found, actor=request.user)
    return _("已删除草稿“%(title)s”。") % {"title": found.title}


_acts = ReviewActs(reviewing.REVIEW)
_ACTS: Final[dict[str, tuple[Callable[[Any, Episode], bool], Callable[[HttpRequest, Episode], str]]]] = {
    "submit": (access.can_hand_in, _acts.hand_in),
    "take_back": (access.can_take_back, _acts.take_back),
    "return": (access.can_publish, _acts.give_back),
    "publish": (access.can_publish, _publish),
    "withdraw": (access.can_withdraw, _withdraw),
    "delete": (access.can_delete, _delete),
}


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the verbs; what it refuses is said on the interview's page. Outsiders find nothing."""
    found = episode_of(request, pk)
    allowed, verb = _ACTS.get(request.POST.get("do", ""), (None, None))
    if allowed is None or verb is None or not allowed(request.user, found):
        raise Http404
    try:
        said = verb(request, found)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
        if request.POST["do"] == "delete":
            return redirect("interviews:series", found.series_id)
    return redirect("interviews:edit", pk)
