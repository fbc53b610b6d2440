"""What the workspace pages of this room share."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations import access as reach
from skillweek.quiz import access
from skillweek.quiz.models import Question, Quiz


def frame(request: HttpRequest, tab: str) -> dict[str, Any]:
    """The tabs, and whether this person makes quizzes at all."""
    return {"tab": tab, "organises": access.organising_organisations(request.user).exists()}


def quiz_of(request: HttpRequest, pk: int) -> Quiz:
    """A quiz in the person's reach; 404 for others."""
    rows = Quiz.objects.filter(reach.reach_q(request.user)).select_related("edition", "organisation")
    return get_object_or_404(rows, pk=pk)


def question_of(request: HttpRequest, pk: int) -> Question:
    """A question that the person may see; 404 for others."""
    edition = get_object_or_404(Edition, questions=pk)
    rows = access.questions_visible_to(request.user, edition)
    related = ("edition", "organisation", "policy", "picture__file", "checked_by", "replaces")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def unknown_act() -> DomainError:
    """For a button that does not exist."""
    return DomainError(_("不能识别的操作。请刷新页面后再试。"))
