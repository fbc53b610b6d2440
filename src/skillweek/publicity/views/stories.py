"""Stories in the workspace: find, begin, write, preview (D2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from skillweek.content.access import is_open
from skillweek.content.editorial import public_q, versions_of
from skillweek.content.views.editing import conflict_shown, publish_form_of, said_after_saving
from skillweek.core.asked import number_in
from skillweek.core.errors import Conflict, DomainError
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.organisations.access import scope_of, writes_for
from skillweek.organisations.models import Organisation
from skillweek.publicity import access
from skillweek.publicity.domain import writing as verbs
from skillweek.publicity.forms import NewStoryForm, StoryForm
from skillweek.publicity.models import Story
from skillweek.publicity.policy_links import PolicyLinks
from skillweek.publicity.queries.policies import explained_by
from skillweek.publicity.queries.stories import LIBRARY, media_of
from skillweek.publicity.views.common import story_context, story_of, topics_of

_PER_PAGE = 24
_NONE = "none"


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Find stories: one's own, those that wait for one's decision, those that are public."""
    edition = edition_asked(request)
    mine = list(writes_for(request.user))
    reviews = bool(scope_of(request.user).deciding_paths)
    rows = access.stories_visible_to(request.user).filter(edition=edition)
    tabs = _tabs(rows, mine, reviews)
    chosen = request.GET.get("tab", "")
    tab = chosen if chosen in tabs else ("waiting" if reviews and tabs["waiting"][1].exists() else next(iter(tabs)))
    found, asked = _filtered(tabs[tab][1], request, edition)
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "is_open": is_open(edition),
        "tabs": [(name, label, query.count(), name == tab) for name, (label, query) in tabs.items()],
        "tab": tab,
        "page": page,
        "asked": asked,
        "unit": Organisation.objects.filter(pk=asked["unit"]).first() if asked["unit"] else None,
        "topics": topics_of(edition),
        "topic_names": dict(topics_of(edition)),
        "kinds": [*Story.Kind.choices, ("library", _("典型库（人物、经验、事迹）"))],
        "makes": bool(mine),
        "reviews": reviews,
        "can_bulk": is_open(edition) and (reviews or any(not one.is_school for one in mine)),
    }
    return render(request, "publicity/index.html", context)


def _tabs(rows: QuerySet[Story], mine: list[Organisation], reviews: bool) -> dict[str, tuple[str, QuerySet[Story]]]:
    own = rows.filter(organisation__in=mine)
    found = {"mine": (_("本单位"), own)}
    if reviews:
        found["waiting"] = (_("待审核"), rows.filter(review=Story.Review.WAITING).exclude(organisation__in=mine))
    found["work"] = (_("在做"), rows.exclude(public_q()).exclude(state=Story.State.WITHDRAWN, pulled="", review=""))
    found["pulled"] = (_("已撤下"), rows.filter(Q(state=Story.State.WITHDRAWN) | ~Q(pulled="")))
    found["public"] = (_("已发布"), rows.filter(public_q()))
    found["all"] = (_("全部"), rows)
    return found if mine else {name: pair for name, pair in found.items() if name != "mine"}


def _filtered(rows: QuerySet[Story], request: HttpRequest, edition: Any) -> tuple[QuerySet[Story], dict[str, Any]]:
    topic, kind = request.GET.get("topic", ""), request.GET.get("kind", "")
    unit = number_in(request.GET.get("unit"))
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    topic = topic if topic in {_NONE, *dict(topics_of(edition))} else ""
    kind = kind if kind in {"library", *Story.Kind.values} else ""
    if topic:
        rows = rows.filter(topic="" if topic == _NONE else topic)
    if kind:
        rows = rows.filter(kind__in=LIBRARY if kind == "library" else [kind])
    if unit:
        rows = rows.filter(organisation=unit)
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(organisation__name__icontains=word))
    rows = rows.select_related("organisation", "edited_by").order_by("-updated_at", "-pk")
    asked = {"topic": topic, "kind": kind, "unit": unit, "q": text}
    return rows, {**asked, "is_set": any(asked.values())}


@require_http_methods(["GET", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Begin a story from nothing."""
    edition = edition_asked(request)
    organisations = writes_for(request.user)
    initial = {name: request.GET[name] for name in ("topic", "kind") if name in request.GET}
    form = NewStoryForm(request.POST or None, organisations=organisations, edition=edition, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        story = Story(edition=edition, organisation=data["organisation"])
        changes = {name: data[name] for name in ("title", "kind", "topic")}
        changes["byline"] = data["organisation"].name
        saved = run(form, lambda: verbs.save_story(story, changes, actor=request.user))
        if saved is not None:
            return redirect("publicity:edit", saved.pk)
    context = {"edition": edition, "form": form, "makes": organisations.exists() and is_open(edition)}
    return render(request, "publicity/add.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft; beside it where it stands and what may be done with it."""
    story = story_of(request, pk)
    context = story_context(request, story)
    if not context["can_write"]:
        more = {"media": media_of(story.draft, public=False), "versions": versions_of(story)[:5]}
        status = 403 if request.method == "POST" else 200
        return render(request, "publicity/read.html", {**context, **more}, status=status)
    form = StoryForm(request.POST or None, story=story)
    policies = PolicyLinks(request.POST or None, story=story)
    if form.is_valid():
        try:
            changes, revision = form.changes() | policies.changes(), form.cleaned_data["revision"] or 0
            saved = verbs.save_story(story, changes, actor=request.user, expected_revision=revision)
            return _after_saving(request, saved)
        except Conflict as conflict:
            if not conflict.details:
                raise
            context |= conflict_shown(form, conflict)
        except DomainError as error:
            if error.field not in (*form.fields, "policies"):
                raise
            form.add_error(error.field if error.field in form.fields else None, error.message)
    story.refresh_from_db()
    context |= {
        "form": form,
        "policies": policies,
        "captions": form.captions(),
        "publish_form": publish_form_of(story),
        "versions": versions_of(story)[:5],
    }
    status = 409 if "there" in context else 400 if form.is_bound else 200
    return render(request, "publicity/edit.html", context, status=status)


def _after_saving(request: HttpRequest, story: Story) -> HttpResponse:
    if "preview" in request.POST:
        return redirect("publicity:preview", story.pk)
    messages.success(request, said_after_saving(story))
    return redirect("publicity:edit", story.pk)


@require_GET
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as readers will see it."""
    story = story_of(request, pk)
    context = {**story_context(request, story), "media": media_of(story.draft, public=False), "content": story.draft}
    context["explained"] = explained_by(story, story.draft)
    return render(request, "publicity/preview.html", context)
