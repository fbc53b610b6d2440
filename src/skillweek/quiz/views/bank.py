"""The bank of questions in the workspace (E2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.editions.asked import edition_asked
from skillweek.organisations.models import Kind
from skillweek.quiz import access
from skillweek.quiz.domain import bank
from skillweek.quiz.domain.catalogue import bundled_file, load_questions
from skillweek.quiz.forms import QuestionForm
from skillweek.quiz.models import Question
from skillweek.quiz.queries.bank import BankFilter, article_url, topics_of
from skillweek.quiz.views.common import frame, question_of, unknown_act

_PER_PAGE = 40


@require_GET
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Questions in the person's reach."""
    edition = edition_asked(request)
    asked = BankFilter.from_query(request.GET)
    visible = access.questions_visible_to(request.user, edition)
    rows = asked.apply(visible).select_related("organisation", "edition")
    page = Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))
    homes = access.organising_organisations(request.user)
    waiting = visible.filter(state=Question.State.DRAFT).count()
    context = {
        **frame(request, "bank"),
        "edition": edition,
        "page": page,
        "asked": asked,
        "waiting": waiting,
        "topics": topics_of(visible),
        "kinds": Question.Kind.choices,
        "states": Question.State.choices,
        "levels": Question.Difficulty.choices,
        "checkable": {
            row.pk for row in page if row.state == Question.State.DRAFT and access.can_check(request.user, row)
        },
        "can_load": bundled_file(edition) is not None
        and homes.filter(kind=Kind.HOST).exists()
        and not Question.objects.filter(edition=edition).exclude(catalogue_key="").exists(),
    }
    return render(request, "quiz/bank/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a question; a new one without ``pk``."""
    homes = access.organising_organisations(request.user)
    question = question_of(request, pk) if pk else Question(edition=edition_asked(request))
    if not (access.can_change_question(request.user, question) if pk else homes.exists()):
        raise PermissionDenied
    form = QuestionForm(request.POST or None, question=question, homes=homes)
    if form.is_valid():
        if not pk:
            question.organisation = form.cleaned_data["home"]
        expected = form.cleaned_data["version"]
        values = form.values()
        saved = run(form, lambda: bank.save_question(question, actor=request.user, values=values, expected=expected))
        if saved is not None:
            replaced = pk and saved.pk != pk
            text = _("这道题已有人答过，改动存为新题，原题停用。") if replaced else _("已保存，待核对。")
            messages.success(request, text)
            return redirect("quiz:question", saved.pk)
    home = question.organisation if pk else homes.first()
    topics = topics_of(access.questions_visible_to(request.user, question.edition))
    context = {
        **frame(request, "bank"),
        "edition": question.edition,
        "question": question,
        "form": form,
        "topics": topics,
        "home": home,
    }
    return render(request, "quiz/bank/edit.html", context, status=400 if form.is_bound else 200)


@require_GET
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One question as the public will see it, with answer and source."""
    question = question_of(request, pk)
    following = (
        access.questions_visible_to(request.user, question.edition)
        .filter(state=Question.State.DRAFT, organisation=question.organisation, pk__gt=pk)
        .order_by("pk")
        .first()
    )
    context = {
        **frame(request, "bank"),
        "edition": question.edition,
        "question": question,
        "following": following,
        "article_url": article_url(question),
        "can_change": access.can_change_question(request.user, question),
        "can_check": access.can_check(request.user, question),
    }
    return render(request, "quiz/bank/page.html", context)


def _check(request: HttpRequest, question: Question) -> str:
    expected = number_in(request.POST.get("version"))
    bank.check_question(question, actor=request.user, expected=expected)
    return _("已核对通过，可以用于竞答。")


def _retire(request: HttpRequest, question: Question) -> str:
    bank.retire_question(question, actor=request.user, reason=request.POST.get("reason", ""))
    return _("已停用，不再抽到这道题。")


def _restore(request: HttpRequest, question: Question) -> str:
    bank.restore_question(question, actor=request.user)
    return _("已恢复，待核对。")


_ACTS: dict[str, Callable[[HttpRequest, Question], str]] = {"check": _check, "retire": _retire, "restore": _restore}


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One verb on one question, named by ``do``; with ``on`` the next one to be checked follows."""
    question = question_of(request, pk)
    try:
        verb = _ACTS.get(request.POST.get("do", ""))
        if verb is None:
            raise unknown_act()
        messages.success(request, verb(request, question))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("quiz:question", pk)
    onwards = number_in(request.POST.get("on"))
    return redirect("quiz:question", onwards or pk)


@require_POST
@login_required
def check_many(request: HttpRequest) -> HttpResponse:
    """Say of the ticked questions that they are right; those that lack something are named."""
    edition = edition_asked(request)
    wanted = [pk for text in request.POST.getlist("question")[:200] if (pk := number_in(text))]
    rows = access.questions_visible_to(request.user, edition).filter(pk__in=wanted, state=Question.State.DRAFT)
    done, problems = 0, []
    for question in rows.select_related("organisation", "edition"):
        try:
            bank.check_question(question, actor=request.user)
            done += 1
        except DomainError as error:
            problems.append(f"“{question}”：{error.message}")
    if done:
        messages.success(request, ngettext("核对通过 %(n)d 道题。", "核对通过 %(n)d 道题。", done) % {"n": done})
    elif not problems:
        messages.info(request, _("没有选中待核对的题目。"))
    for problem in problems[:5]:
        messages.error(request, problem)
    return redirect(f"{request.POST.get('back') or ''}" if _is_bank(request.POST.get("back")) else "quiz:bank")


def _is_bank(target: Any) -> bool:
    return isinstance(target, str) and target.startswith("/w/quiz/bank/")


@require_POST
@login_required
def load(request: HttpRequest) -> HttpResponse:
    """Enter the questions that come with the edition; the host does that."""
    home = access.organising_organisations(request.user).filter(kind=Kind.HOST).first()
    if home is None:
        raise PermissionDenied
    try:
        made = load_questions(edition_asked(request), home, actor=request.user)
        text = ngettext("载入了 %(n)d 道题，请逐题核对。", "载入了 %(n)d 道题，请逐题核对。", len(made)) % {
            "n": len(made)
        }
        messages.success(request, text)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("quiz:bank")
