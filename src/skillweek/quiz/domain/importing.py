"""A table of questions: kept, looked at, and entered exactly as it was shown (E2)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.tables.plan import Outcome, as_shown, locked
from skillweek.core.tables.reading import Row, read_rows
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.policies.models import Policy
from skillweek.quiz.access import organises_for, paths_above
from skillweek.quiz.domain.bank import clean_values
from skillweek.quiz.models import Question, QuestionUpload
from skillweek.quiz.models.bank import LETTERS
from skillweek.quiz.transfer import LAYOUT, answer_letters, difficulty_words, kind_words

#: What the columns of the options are called together.
_OPTIONS: Final = "选项"


def stem_key(stem: str) -> str:
    """What of a question's wording tells it from others: letters and digits only."""
    return re.sub(r"[\W_]+", "", stem).lower()


def keep_upload(actor: Any, home: Organisation, edition: Edition, *, name: str, content: bytes) -> QuestionUpload:
    """Read the file and keep its rows. Raises NotAllowed, DomainError (field ``file``)."""
    must_be_open(edition)
    if not organises_for(actor, home):
        raise NotAllowed(_("您不能为“%(name)s”编写题目。") % {"name": home})
    rows = read_rows(content, LAYOUT)
    return QuestionUpload.objects.create(user=actor, edition=edition, home=home, name=name[:200], rows=rows)


def dry_run(upload: QuestionUpload) -> list[Outcome]:
    """What would become of each row now. Writes nothing."""
    above = paths_above(upload.home.path)
    known = Question.objects.filter(edition=upload.edition, organisation__path__in=above)
    stems = {stem_key(text) for text in known.exclude(state=Question.State.RETIRED).values_list("stem", flat=True)}
    outcomes = []
    for row in upload.rows:
        each = _plan(row)
        if (mark := stem_key(each.title)) and mark in stems:
            each.action, each.problems = "same", []
        elif each.action == "new":
            stems.add(mark)
        outcomes.append(each)
    return outcomes


def _plan(row: Row) -> Outcome:
    found = Outcome.of(LAYOUT, row)
    options = [found.get(f"option_{letter}") for letter in LETTERS]
    kind = found.one_of("kind", kind_words(), default="单选")
    level = found.one_of("difficulty", difficulty_words(), default="中等")
    if kind == Question.Kind.PICTURE:
        found.fail("kind", _("看图题要配图片，请在页面上逐题添加。"))
    if any(text and not before for before, text in pairwise(options)):
        found.fail(_OPTIONS, _("选项要从 A 起连着填，中间不能空。"))
    if found.action == "error":
        return found
    plain = {name: found.get(name) for name in ("stem", "explanation", "source", "article", "topic")}
    answer = answer_letters(found.get("answer"), kind)
    try:
        clean = clean_values({**plain, "kind": kind, "options": options, "answer": answer, "difficulty": level})
    except DomainError as error:
        found.fail(_OPTIONS if error.field == "options" else error.field, error.message)
        return found
    found.values = {name: value for name, value in clean.items() if name not in ("policy", "picture")}
    return found


@transaction.atomic
def confirm_import(upload: QuestionUpload, *, seen: str) -> int:
    """Enter what was shown; return how many rows. Raises Conflict when the plan is another by now."""
    fresh = locked(QuestionUpload.objects.select_related("edition", "home", "user"), upload.pk)
    must_be_open(fresh.edition)
    if not organises_for(fresh.user, fresh.home):
        raise NotAllowed(_("您不能为“%(name)s”编写题目。") % {"name": fresh.home})
    # Two tables at the same moment: the second sees what the first entered.
    Edition.objects.select_for_update(no_key=True).get(pk=fresh.edition_id)
    stale = _("题库刚刚有变化，结果与您看到的不同。请看过新的预检结果再确认。")
    outcomes = as_shown(dry_run(fresh), seen, stale=stale)
    policies = {policy.title: policy for policy in Policy.objects.filter(edition=fresh.edition).only("title")}
    made = [
        Question(
            edition=fresh.edition, organisation=fresh.home, policy=policies.get(each.values["source"]), **each.values
        )
        for each in outcomes
        if each.action == "new"
    ]
    Question.objects.bulk_create(made)
    fresh.made = len(made)
    fresh.mark_entered()
    said = {"made": fresh.made, "stems": [row.stem for row in made][:500]}
    record("question.import", fresh, actor=fresh.user, organisation_id=fresh.home_id, data=said)
    return fresh.made
