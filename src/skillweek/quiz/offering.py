"""What other rooms are told: what there is to take part in, what is switched on, who cites which policy (E2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.content.access import is_open
from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.access import scope_of, subtree_q
from skillweek.organisations.models import OrganisationQuerySet
from skillweek.participation.mine import Mine
from skillweek.participation.models import Participant
from skillweek.participation.offers import Offer
from skillweek.participation.switches import Switch
from skillweek.policies.citing import Citation
from skillweek.policies.models import Policy
from skillweek.quiz.access import paths_above
from skillweek.quiz.models import Attempt, Question, Quiz


def offers_of(edition: Edition) -> list[Offer]:
    """Quizzes that the public sees."""
    rows = (
        Quiz.objects.filter(edition=edition).exclude(state=Quiz.State.DRAFT).select_related("organisation", "edition")
    )
    zone, moment = ZoneInfo(edition.zone), now()
    return [
        Offer(
            kind="quiz", kind_label=_("知识竞答"), icon="patch-question", title=quiz.title,
            url=reverse("quiz_public:quiz", args=[quiz.pk]), organisation_name=quiz.organisation.name,
            starts_on=quiz.opens_at.astimezone(zone).date(), ends_on=quiz.closes_at.astimezone(zone).date(),
            state=state_of(quiz, moment), teaser=quiz.intro.splitlines()[0][:60] if quiz.intro else "",
        )
        for quiz in rows
    ]  # fmt: skip


def state_of(quiz: Quiz, moment: object) -> str:
    """``open``, ``soon`` or ``over``."""
    if quiz.state == Quiz.State.CLOSED or quiz.closes_at <= moment or not is_open(quiz.edition):  # type: ignore[operator]
        return "over"
    return "soon" if quiz.opens_at > moment else "open"  # type: ignore[operator]


def _count(edition: Edition, organisations: OrganisationQuerySet) -> int:
    rows = Quiz.objects.filter(edition=edition, organisation__in=organisations.order_by().values("pk"))
    return rows.exclude(state=Quiz.State.DRAFT).count()


def _waiting(edition: Edition, user: Any) -> int:
    """Questions that wait to be checked by this person."""
    scope = scope_of(user)
    below = subtree_q(scope.deciding_paths, "organisation__")
    return Question.objects.filter(below, edition=edition, state=Question.State.DRAFT).count()


SWITCH = Switch(
    code="quiz",
    label=gettext_lazy("知识竞答"),
    teaser=gettext_lazy("题库、计分答题、证书、排行榜和现场竞答。"),
    icon="patch-question",
    url_name="quiz:index",
    row_ids=("E2",),
    count=_count,
    waiting=_waiting,
)


def mine_of(participant: Participant) -> list[Mine]:
    """The person's rounds."""
    rows = Attempt.objects.filter(participant=participant).select_related("quiz")
    return [
        Mine(
            kind_label=_("知识竞答"), icon="patch-question", title=attempt.quiz.title, at=attempt.started_at,
            url=reverse("quiz_public:result", args=[attempt.pk]),
            state=_("%(score)d 分") % {"score": attempt.score}
            if attempt.state == Attempt.State.FINISHED
            else str(attempt.get_state_display()),
        )
        for attempt in rows
    ]  # fmt: skip


def citations_of(policy: Policy) -> Iterable[Citation]:
    """Published quizzes whose questions cite the policy."""
    counts = dict(
        Question.objects.filter(policy=policy, state=Question.State.CHECKED)
        .order_by()
        .values_list("organisation__path")
        .annotate(number=Count("pk"))
        .values_list("organisation__path", "number")
    )
    quizzes = Quiz.objects.filter(edition=policy.edition).exclude(state=Quiz.State.DRAFT).select_related("organisation")
    for quiz in quizzes:
        if any(path in counts for path in paths_above(quiz.organisation.path)):
            url = reverse("quiz_public:quiz", args=[quiz.pk])
            yield Citation(_("竞答：%(title)s") % {"title": quiz.title}, url, quiz.organisation.name, quiz.published_at)
