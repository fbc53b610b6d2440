"""What is done with a story: handed in, returned, published, taken down; several at once (D2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from skillweek.content.compare import compare_plain
from skillweek.content.editorial import version_of, versions_of
from skillweek.content.reviewing import must_write
from skillweek.content.views.editing import publication_asked, version_change
from skillweek.content.views.reviewing import ReviewActs
from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.publicity import access
from skillweek.publicity.domain import reviewing as verbs
from skillweek.publicity.domain import sources
from skillweek.publicity.domain.writing import delete_story
from skillweek.publicity.models import Story
from skillweek.publicity.queries.stories import address_of
from skillweek.publicity.views.common import story_context, story_of, words_for

_PER_PAGE = 20
_SHOWN = 10


def _doing(
    verb: Callable[[HttpRequest, Story], str | None], allowed: Callable[[Any, Story], bool]
) -> Callable[..., HttpResponse]:
    """A POST view around one verb; what it refuses is said on the story's page. Outsiders find nothing."""

    @require_POST
    @login_required
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        story = story_of(request, pk)
        if not allowed(request.user, story):
            raise Http404
        try:
            done = verb(request, story)
        except NotAllowed:
            raise
        except DomainError as error:
            messages.error(request, error.message)
        else:
            if done is None:
                return redirect("publicity:index")
            messages.success(request, done)
        return redirect("publicity:edit", story.pk)

    return view


def _publish(request: HttpRequest, story: Story) -> str:
    version = verbs.publish_story(story, actor=request.user, **publication_asked(request, story))
    return _("已发布：%(url)s") % {"url": address_of(story)} if version else _("已定时，到时自动发布。")


def _unschedule(request: HttpRequest, story: Story) -> str:
    verbs.unschedule_story(story, actor=request.user)
    return _("已取消定时发布。")


def _withdraw(request: HttpRequest, story: Story) -> str:
    verbs.withdraw_story(story, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已撤下“%(title)s”，公众不再看到。草稿和版本都在。") % {"title": story.title}


def _delete(request: HttpRequest, story: Story) -> None:
    title = story.title
    delete_story(story, actor=request.user)
    messages.success(request, _("已删除草稿“%(title)s”。") % {"title": title})


def _drop(request: HttpRequest, story: Story) -> str:
    source = get_object_or_404(story.sources, pk=number_in(request.POST.get("source")))
    must_write(story, request.user)
    name = str(source)
    sources.drop_source(story, source, actor=request.user)
    return _("已从草稿里拿掉“%(name)s”，发布后公众才会看到变化。") % {"name": name}


_acts = ReviewActs(verbs.REVIEW)
submit = _doing(_acts.hand_in, access.can_hand_in)
take_back = _doing(_acts.take_back, access.can_take_back)
give_back = _doing(_acts.give_back, access.can_publish)
publish = _doing(_publish, access.can_publish)
unschedule = _doing(_unschedule, access.can_publish)
withdraw = _doing(_withdraw, access.can_withdraw)
delete = _doing(_delete, access.can_write)
drop = _doing(_drop, access.can_write)


@require_POST
@login_required
def bulk(request: HttpRequest) -> HttpResponse:
    """Publish the ticked waiting stories, or put the ticked ones under another topic or kind."""
    ids = [pk for value in request.POST.getlist("story") if (pk := number_in(value)) is not None]
    rows = access.stories_visible_to(request.user).filter(pk__in=ids).select_related("edition", "organisation")
    stories = [story for story in rows if access.can_publish(request.user, story)]
    back = redirect(f"{request.POST.get('back') or ''}" if _is_own(request.POST.get("back", "")) else "publicity:index")
    if not stories:
        messages.info(request, _("请先勾选故事。"))
        return back
    if "publish" in request.POST:
        waiting = [story for story in stories if story.review == Story.Review.WAITING]
        outcome = verbs.publish_selected(waiting, actor=request.user)
    else:
        outcome = _classified(request, stories)
    if outcome.done:
        messages.success(request, words_for(len(outcome.done)))
    elif not outcome.skipped:
        messages.info(request, _("勾选的故事都不在等待审核，没有改动。"))
    for title, why in outcome.skipped[:_SHOWN]:
        messages.warning(request, _("没有处理《%(title)s》：%(why)s") % {"title": title, "why": why})
    return back


def _classified(request: HttpRequest, stories: list[Story]) -> verbs.Outcome:
    outcome = verbs.Outcome()
    topic, kind = request.POST.get("topic", ""), request.POST.get("kind", "")
    for story in stories if topic or kind else []:
        try:
            verbs.classify(story, actor=request.user, topic=topic, kind=kind)
            outcome.done.append(story)
        except DomainError as error:
            outcome.skipped.append((story.title, error.message))
    return outcome


def _is_own(path: str) -> bool:
    return path.startswith("/w/publicity/") and "\\" not in path and "//" not in path


@require_GET
@login_required
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version, newest first."""
    story = story_of(request, pk)
    rows = Paginator(versions_of(story), _PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "publicity/versions.html", {**story_context(request, story), "rows": rows})


@require_GET
@login_required
def changes(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What a version changed against the one before, or, with ``?to=draft``, what the draft changes against it."""
    story = story_of(request, pk)
    change = version_change(request, story, number)
    context = {
        **story_context(request, story),
        **change.shown("title"),
        "captions": compare_plain(_captions(change.old), _captions(change.new)),
    }
    return render(request, "publicity/changes.html", context)


def _captions(content: dict[str, Any]) -> str:
    rows = [str(row.get("caption") or "") for row in content.get("gallery") or []]
    return "；".join(filter(None, [*rows, str(content.get("video_caption") or "")]))


@require_POST
@login_required
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make an old version the draft."""
    story = story_of(request, pk)
    version = version_of(story, number)
    if version is None or not access.can_write(request.user, story):
        raise Http404
    verbs.restore_version(story, version, actor=request.user)
    messages.success(request, _("版本 %(number)s 已恢复为草稿，发布后公众才会看到。") % {"number": number})
    return redirect("publicity:edit", pk)
