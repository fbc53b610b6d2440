"""The set of questions that comes with an edition: ``editions/<slug>/quiz/questions.csv`` (E2)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.policies.models import Policy
from skillweek.quiz import access
from skillweek.quiz.domain.bank import JUDGE_OPTIONS, clean_values
from skillweek.quiz.models import Question
from skillweek.quiz.models.bank import LETTERS

_PACKAGE: Final = Path(__file__).resolve().parents[2]
_NAME: Final = "quiz/questions.csv"


def bundled_file(edition: Edition) -> Path | None:
    """The file that comes with this edition, in the working folder, the source tree or the package; else None."""
    for root in (Path("editions"), _PACKAGE.parent.parent / "editions", _PACKAGE / "editions_data"):
        if (found := root / edition.slug / _NAME).is_file():
            return found
    return None


def read_catalogue(path: Path) -> dict[str, dict[str, Any]]:
    """Key → the fields of a question; ``policy`` is a key of the policy catalogue. Raises DomainError with the row."""
    found: dict[str, dict[str, Any]] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream, strict=True), start=2):
            key = (row.get("key") or "").strip()
            if not key or key in found:
                raise DomainError(
                    _("%(file)s 第 %(row)s 行：缺少编号或编号重复。") % {"file": path.name, "row": number}
                )
            answer = row["answer"].strip()
            if row["kind"] == Question.Kind.JUDGE and answer in JUDGE_OPTIONS:
                answer = LETTERS[JUDGE_OPTIONS.index(answer)]
            options = [row.get(letter) or "" for letter in LETTERS]
            try:
                clean = clean_values({**row, "options": options, "answer": answer, "policy": None, "picture": None})
            except DomainError as error:
                said = {"file": path.name, "row": number, "why": error.message}
                raise DomainError(_("%(file)s 第 %(row)s 行：%(why)s") % said) from error
            found[key] = {**clean, "policy": (row.get("policy") or "").strip()}
    return found


@transaction.atomic
def load_questions(
    edition: Edition, organisation: Organisation, *, actor: Any, path: Path | None = None
) -> list[Question]:
    """Enter what the edition lacks, each question waiting to be checked (待核对); return them, none the second time.

    ``actor`` is None for the command line. Raises NotAllowed, DomainError where there is no such file.
    """
    must_be_open(edition)
    if organisation.is_school or (actor is not None and not access.organises_for(actor, organisation)):
        raise NotAllowed(_("您不能为“%(name)s”载入题目。") % {"name": organisation})
    source = path or bundled_file(edition)
    if source is None:
        raise DomainError(_("这一届没有随附的题库。请从 Excel 导入。"))
    # One at a time: two people who press the button together load once.
    Edition.objects.select_for_update().get(pk=edition.pk)
    there = set(
        Question.objects.filter(edition=edition).exclude(catalogue_key="").values_list("catalogue_key", flat=True)
    )
    policies = {
        policy.catalogue_key: policy
        for policy in Policy.objects.filter(edition=edition).exclude(catalogue_key="").only("catalogue_key", "title")
    }
    made = []
    for key, values in read_catalogue(source).items():
        if key in there:
            continue
        fields = {**values, "policy": policies.get(values["policy"])}
        made.append(Question(edition=edition, organisation=organisation, catalogue_key=key, **fields))
    Question.objects.bulk_create(made)
    if made:
        said = {"made": len(made), "keys": [row.catalogue_key for row in made]}
        record("question.load", edition, actor=actor, organisation_id=organisation.pk, data=said)
    return made
