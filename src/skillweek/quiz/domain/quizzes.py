"""Making, publishing and closing quizzes (E2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.quiz import access
from skillweek.quiz.domain.common import must_be_version, tidy_line
from skillweek.quiz.domain.drawing import Rule, can_fulfil, shortage
from skillweek.quiz.models import Draw, Question, Quiz

FIELDS: Final = (
    "title", "intro", "opens_at", "closes_at", "has_practice", "has_ranked", "seconds", "pass_mark", "device_limit",
    "shows_answers", "asks_school", "certificate_title",
)  # fmt: skip
#: What stays as it is once somebody was ranked by it.
_FIXED: Final = ("seconds", "pass_mark", "opens_at")
MAX_RULES: Final = 12
MAX_QUESTIONS: Final = 100


def rules_of(quiz: Quiz) -> list[Rule]:
    """What the quiz draws."""
    return [Rule(row.topic, row.difficulty, row.count) for row in quiz.draws.all()]


def words_of(rule: Rule) -> str:
    """The rule as people read it: 教师、较难."""
    level = str(dict(Question.Difficulty.choices).get(rule.difficulty, ""))
    return "、".join(part for part in (rule.topic, level) if part) or _("全部题目")


@transaction.atomic
def save_quiz(
    quiz: Quiz, *, actor: Any, values: dict[str, Any], rules: Sequence[Rule], expected: int | None = None
) -> Quiz:
    """Save a new quiz or change one. Raises NotAllowed, Conflict, DomainError with ``field``.

    Once people were ranked, what they were ranked by stays.
    """
    must_be_open(quiz.edition)
    if quiz.pk:
        quiz = _locked(quiz.pk)
        must_be_version(quiz, expected)
    if not access.can_change_quiz(actor, quiz):
        if access.organises_for(actor, quiz.organisation):
            raise NotAllowed(_("竞答已发布，由联络员或管理员修改。"))
        raise NotAllowed(_("您不能为“%(name)s”组织竞答。") % {"name": quiz.organisation})
    if quiz.state == Quiz.State.CLOSED:
        raise DomainError(_("竞答已结束，不能再修改。"))
    values = {**values, "title": tidy_line(str(values.get("title", "")), 80)}
    rules = _clean_rules(rules)
    _check_times(values)
    if quiz.pk and quiz.attempts.exists():
        _must_stay(quiz, values, rules)
    for name in FIELDS:
        if name in values:
            setattr(quiz, name, values[name])
    quiz.version = quiz.version + 1 if quiz.pk else 1
    if quiz.state == Quiz.State.PUBLISHED:
        _must_be_enough(quiz, rules)
    quiz.save()
    if rules != (rules_of(quiz)):
        quiz.draws.all().delete()
        Draw.objects.bulk_create(
            Draw(quiz=quiz, topic=rule.topic, difficulty=rule.difficulty, count=rule.count) for rule in rules
        )
    said = {"title": quiz.title, "rules": [[rule.topic, rule.difficulty, rule.count] for rule in rules]}
    record("quiz.save", quiz, actor=actor, organisation_id=quiz.organisation_id, data=said)
    return quiz


def _clean_rules(rules: Sequence[Rule]) -> list[Rule]:
    """Equal rules together, at least one. Raises DomainError (``rules``)."""
    merged: dict[tuple[str, str], int] = {}
    for rule in rules:
        if rule.count > 0:
            merged[rule.topic, rule.difficulty] = merged.get((rule.topic, rule.difficulty), 0) + rule.count
    if not merged:
        raise DomainError(_("请至少设一条抽题规则。"), field="rules")
    if len(merged) > MAX_RULES or sum(merged.values()) > MAX_QUESTIONS:
        said = {"rules": MAX_RULES, "questions": MAX_QUESTIONS}
        raise DomainError(_("最多 %(rules)d 条抽题规则，共 %(questions)d 题。") % said, field="rules")
    return [Rule(topic, level, count) for (topic, level), count in merged.items()]


def _check_times(values: dict[str, Any]) -> None:
    if values["closes_at"] <= values["opens_at"]:
        raise DomainError(_("结束时间要晚于开始时间。"), field="closes_at")
    if not values.get("has_practice") and not values.get("has_ranked"):
        raise DomainError(_("练习和计分答题至少开放一种。"), field="has_ranked")


def _must_stay(quiz: Quiz, values: dict[str, Any], rules: list[Rule]) -> None:
    for name in _FIXED:
        if values.get(name, getattr(quiz, name)) != getattr(quiz, name):
            raise DomainError(_("已有人答题，这一项不能再改，否则对先答的人不公平。"), field=name)
    if sorted(rules, key=repr) != sorted(rules_of(quiz), key=repr):
        raise DomainError(_("已有人答题，抽题规则不能再改，否则对先答的人不公平。"), field="rules")


def _must_be_enough(quiz: Quiz, rules: Sequence[Rule]) -> None:
    pool = list(access.usable_for(quiz.organisation, quiz.edition).only("topic", "difficulty"))
    for rule, there in shortage(rules, pool):
        said = {"rule": words_of(rule), "count": rule.count, "there": there}
        raise DomainError(
            _("“%(rule)s”要抽 %(count)d 题，核对过的只有 %(there)d 题。请先核对题目或减少题数。") % said, field="rules"
        )
    if not can_fulfil(rules, pool):
        raise DomainError(_("几条抽题规则合在一起，核对过的题目不够。请先核对题目或减少题数。"), field="rules")


def _locked(pk: int) -> Quiz:
    rows = Quiz.objects.select_for_update(of=("self",)).select_related("edition", "organisation")
    found: Quiz | None = rows.filter(pk=pk).first()
    if found is None:
        raise Conflict(_("这个竞答刚刚被删除。请刷新列表。"), code="gone")
    return found


@transaction.atomic
def publish_quiz(quiz: Quiz, *, actor: Any) -> Quiz:
    """Show it to the public. Raises NotAllowed, DomainError when checked questions are too few or it is over."""
    quiz = _locked(quiz.pk)
    must_be_open(quiz.edition)
    if not access.can_publish(actor, quiz):
        raise NotAllowed(_("您不能发布“%(name)s”的竞答。") % {"name": quiz.organisation})
    if quiz.state == Quiz.State.PUBLISHED:
        return quiz
    if quiz.closes_at <= now():
        raise DomainError(_("结束时间已过，请先改时间再发布。"), field="closes_at")
    _must_be_enough(quiz, rules_of(quiz))
    quiz.state, quiz.published_at = Quiz.State.PUBLISHED, quiz.published_at or now()
    quiz.version += 1
    quiz.save(update_fields=["state", "published_at", "version", "updated_at"])
    record("quiz.publish", quiz, actor=actor, organisation_id=quiz.organisation_id)
    return quiz


@transaction.atomic
def close_quiz(quiz: Quiz, *, actor: Any, reason: str = "") -> Quiz:
    """End it: nobody starts any more, who has begun may finish, boards and certificates stay. Raises NotAllowed."""
    quiz = _locked(quiz.pk)
    must_be_open(quiz.edition)
    if not access.can_close(actor, quiz):
        raise NotAllowed(_("您不能结束“%(name)s”的竞答。") % {"name": quiz.organisation})
    if quiz.state == Quiz.State.DRAFT:
        raise DomainError(_("还没有发布，不用结束。"))
    if quiz.state == Quiz.State.PUBLISHED:
        quiz.state = Quiz.State.CLOSED
        quiz.version += 1
        quiz.save(update_fields=["state", "version", "updated_at"])
        record("quiz.close", quiz, actor=actor, organisation_id=quiz.organisation_id, reason=reason[:200])
    return quiz


@transaction.atomic
def delete_quiz(quiz: Quiz, *, actor: Any) -> None:
    """Delete a draft. Raises NotAllowed, DomainError for one that the public has seen."""
    quiz = _locked(quiz.pk)
    must_be_open(quiz.edition)
    if not access.can_change_quiz(actor, quiz):
        raise NotAllowed(_("您不能删除“%(name)s”的竞答。") % {"name": quiz.organisation})
    if quiz.state != Quiz.State.DRAFT:
        raise DomainError(_("发布过的竞答不能删除，可以结束它。"))
    record("quiz.delete", quiz, actor=actor, organisation_id=quiz.organisation_id)
    quiz.delete()
