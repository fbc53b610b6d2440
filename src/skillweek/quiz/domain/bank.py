"""Writing, checking and retiring questions (E2)."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content.domain import draft_assets, publish_assets
from skillweek.content.models import Asset
from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.quiz import access
from skillweek.quiz.domain.common import in_order, must_be_version, tidy_line
from skillweek.quiz.models import LiveQuestion, Question, Turn
from skillweek.quiz.models.bank import LETTERS

#: Options of every true-or-false question, in this order.
JUDGE_OPTIONS: Final = ("正确", "错误")
FIELDS: Final = (
    "kind",
    "stem",
    "options",
    "answer",
    "explanation",
    "source",
    "article",
    "policy",
    "topic",
    "difficulty",
    "picture",
    "picture_alt",
)
_K: Final = Question.Kind


def clean_values(values: dict[str, Any]) -> dict[str, Any]:
    """Tidy what somebody wrote as a question. Raises DomainError naming the field that is wrong."""
    kind = values.get("kind") or _K.SINGLE
    picture: Asset | None = values.get("picture")
    options = [text for each in values.get("options") or [] if (text := tidy_line(str(each), 120))]
    if kind == _K.JUDGE:
        options = list(JUDGE_OPTIONS)
    answer = in_order(str(values.get("answer") or "").upper())
    _check_options(kind, options, answer)
    if kind == _K.PICTURE and picture is None:
        raise DomainError(_("看图题要有一张图片。"), field="picture")
    if picture is not None and not tidy_line(str(values.get("picture_alt") or ""), 200):
        raise DomainError(_("请写图片说明，让看不到图片的人也能作答。说明里不要透露答案。"), field="picture_alt")
    stem = tidy_line(str(values.get("stem") or ""), 400)
    if not stem:
        raise DomainError(_("请填写题目。"), field="stem")
    return {
        "kind": kind,
        "stem": stem,
        "options": options,
        "answer": answer,
        "explanation": str(values.get("explanation") or "").replace("\0", "").strip()[:1000],
        "source": tidy_line(str(values.get("source") or ""), 120).strip("《》"),
        "article": tidy_line(str(values.get("article") or ""), 60),
        "policy": values.get("policy"),
        "topic": tidy_line(str(values.get("topic") or ""), 40),
        "difficulty": values.get("difficulty") or Question.Difficulty.MEDIUM,
        "picture": picture,
        "picture_alt": tidy_line(str(values.get("picture_alt") or ""), 200) if picture else "",
    }


def _check_options(kind: str, options: list[str], answer: str) -> None:
    if not 2 <= len(options) <= len(LETTERS):
        raise DomainError(_("选项要有 2 到 6 个。"), field="options")
    if len(set(options)) != len(options):
        raise DomainError(_("有两个选项相同。"), field="options")
    if not answer or not set(answer) <= set(LETTERS[: len(options)]):
        said = {"letters": "、".join(LETTERS[: len(options)])}
        raise DomainError(_("答案要从选项中选：%(letters)s。") % said, field="answer")
    if kind in (_K.SINGLE, _K.JUDGE) and len(answer) != 1:
        raise DomainError(_("这种题只能有一个答案。"), field="answer")
    if kind == _K.MULTIPLE and len(answer) < 2:
        raise DomainError(_("多选题至少要有两个答案；只有一个的，请选“单选”。"), field="answer")


@transaction.atomic
def save_question(question: Question, *, actor: Any, values: dict[str, Any], expected: int | None = None) -> Question:
    """Save a new question or change one; either way it waits to be checked again. Returns the row that holds it now.

    One that people have answered stays as they saw it, retired; the changed wording becomes a new question.
    Raises NotAllowed, Conflict, DomainError with ``field``.
    """
    must_be_open(question.edition)
    if question.pk:
        question = _locked(question.pk)
        must_be_version(question, expected)
    # No actor: the system itself, by the command line.
    if actor is not None and not access.can_change_question(actor, question):
        raise NotAllowed(_("您不能为“%(name)s”编写题目。") % {"name": question.organisation})
    if question.state == Question.State.RETIRED:
        raise DomainError(_("这道题已停用。请先恢复再修改。"))
    clean = clean_values(values)
    _check_picture(clean["picture"], question)
    old = {name: getattr(question, name) for name in FIELDS} if question.pk else {}
    if question.pk and _was_played(question) and any(clean[name] != old[name] for name in FIELDS):
        question = _successor(question, actor)
    for name, value in clean.items():
        setattr(question, name, value)
    question.state, question.checked_at, question.checked_by = Question.State.DRAFT, None, None
    question.version = question.version + 1 if question.pk else 1
    question.save()
    draft_assets(question.picture_id, owner=question)
    said = {name: (str(old.get(name, "")), str(value)) for name, value in clean.items() if old.get(name) != value}
    record("question.save", question, actor=actor, organisation_id=question.organisation_id, data={"changes": said})
    return question


def _check_picture(picture: Asset | None, question: Question) -> None:
    """Nobody shows somebody else's file by naming its id."""
    if picture is None:
        return
    is_ours = picture.organisation_id == question.organisation_id or picture.is_public
    if not is_ours or picture.kind != Asset.Kind.PICTURE:
        raise DomainError(_("图片要从本单位的素材库中选择。"), field="picture")


def _was_played(question: Question) -> bool:
    return Turn.objects.filter(question=question).exists() or LiveQuestion.objects.filter(question=question).exists()


def _successor(question: Question, actor: Any) -> Question:
    question.state = Question.State.RETIRED
    question.version += 1
    question.save(update_fields=["state", "version", "updated_at"])
    record("question.replace", question, actor=actor, organisation_id=question.organisation_id)
    return Question(edition=question.edition, organisation=question.organisation, replaces=question)


def _locked(pk: int) -> Question:
    rows = Question.objects.select_for_update(of=("self",)).select_related("edition", "organisation", "policy")
    found: Question | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这道题刚刚被删除。请刷新列表。"), code="gone")
    return found


@transaction.atomic
def check_question(question: Question, *, actor: Any, expected: int | None = None) -> Question:
    """Say that it is right: text, answer and source were compared. Raises NotAllowed, DomainError, Conflict."""
    question = _locked(question.pk)
    must_be_open(question.edition)
    if not access.can_check(actor, question):
        raise NotAllowed(_("题目由上级单位核对。"))
    must_be_version(question, expected)
    if question.state == Question.State.CHECKED:
        return question
    if not question.explanation or not question.source:
        raise DomainError(_("请先补上解析和出处，再核对通过。"), field="explanation")
    question.state, question.checked_at, question.checked_by = Question.State.CHECKED, now(), actor
    question.version += 1
    question.save(update_fields=["state", "checked_at", "checked_by", "version", "updated_at"])
    publish_assets(question.picture_id, owner=question)
    record("question.check", question, actor=actor, organisation_id=question.organisation_id)
    return question


@transaction.atomic
def retire_question(question: Question, *, actor: Any, reason: str = "") -> Question:
    """Take it out of every draw; what was answered stays. Raises NotAllowed."""
    question = _locked(question.pk)
    must_be_open(question.edition)
    if not access.can_change_question(actor, question):
        raise NotAllowed(_("您不能停用“%(name)s”的题目。") % {"name": question.organisation})
    if question.state != Question.State.RETIRED:
        question.state = Question.State.RETIRED
        question.version += 1
        question.save(update_fields=["state", "version", "updated_at"])
        record("question.retire", question, actor=actor, organisation_id=question.organisation_id, reason=reason[:200])
    return question


@transaction.atomic
def restore_question(question: Question, *, actor: Any) -> Question:
    """Bring a retired question back; it waits to be checked. Raises NotAllowed, DomainError when it was replaced."""
    question = _locked(question.pk)
    must_be_open(question.edition)
    if not access.can_change_question(actor, question):
        raise NotAllowed(_("您不能恢复“%(name)s”的题目。") % {"name": question.organisation})
    if question.replaced_by.exists():
        raise DomainError(_("这道题已有修改后的新题，不能恢复。"))
    if question.state == Question.State.RETIRED:
        question.state = Question.State.DRAFT
        question.version += 1
        question.save(update_fields=["state", "version", "updated_at"])
        record("question.restore", question, actor=actor, organisation_id=question.organisation_id)
    return question
