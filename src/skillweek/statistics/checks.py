"""What is wrong in a form: fields that are missing or too large, and the edition's checks between fields (C12)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from skillweek.editions.schema_closing import FormCheck, StatisticsForm
from skillweek.materials.words import count_words
from skillweek.statistics.queries.figures import FigureView

_RELATIONS: Final[dict[str, Callable[[int, int], bool]]] = {"<=": operator.le, "=": operator.eq, ">=": operator.ge}


@dataclass(frozen=True)
class FormFinding:
    """One thing to look at. ``codes`` are the fields it is about; only errors stand in the way of handing in."""

    code: str
    severity: str
    codes: tuple[str, ...]
    message: str
    todo: str = ""


def findings_of(form: StatisticsForm, figures: Sequence[FigureView]) -> list[FormFinding]:
    """Everything that is wrong or strange in these figures, errors first, in the reader's language.

    A check is passed over while one of its fields is empty: an empty field is a finding of its own when it is needed.
    """
    found = [finding for view in figures for finding in _of_field(view)]
    numbers = {view.field.code: view.number for view in figures if not view.is_text}
    names = {view.field.code: view.field.name for view in figures}
    for check in form.checks:
        if (finding := _of_check(check, numbers, names)) is not None:
            found.append(finding)
    return sorted(found, key=lambda finding: finding.severity != "error")


def error_count(findings: Iterable[FormFinding]) -> int:
    """How many stand in the way of handing in."""
    return sum(finding.severity == "error" for finding in findings)


def _of_field(view: FigureView) -> list[FormFinding]:
    each, codes = view.field, (view.field.code,)
    found = []
    if each.required and view.value in (None, ""):
        message = _("“%(name)s”还没有填写。") % {"name": each.name}
        found.append(FormFinding("required", "error", codes, message, _("请填写后再提交。")))
    if view.number is not None and view.number > each.maximum:
        message = _("“%(name)s”填了 %(number)s，最多 %(limit)s。") % {
            "name": each.name, "number": number_format(view.number), "limit": number_format(each.maximum)
        }  # fmt: skip
        found.append(FormFinding("maximum", "error", codes, message, _("请检查是否多打了数字。")))
    if each.max_words and (words := count_words(view.text)) > each.max_words:
        message = _("“%(name)s”有 %(words)d 字，最多 %(limit)d 字。") % {
            "name": each.name, "words": words, "limit": each.max_words
        }  # fmt: skip
        found.append(FormFinding("max_words", "error", codes, message, _("请精简。")))
    return found


def _of_check(check: FormCheck, numbers: dict[str, int | None], names: dict[str, str]) -> FormFinding | None:
    left = [numbers.get(code) for code in check.left_codes]
    right = [numbers.get(code) for code in check.right_codes]
    if None in left or None in right:
        return None
    total, limit = sum(filter(None, left)), sum(filter(None, right))
    if _RELATIONS[check.relation](total, limit):
        return None
    message = _("%(left)s为 %(total)s，%(right)s为 %(limit)s。") % {
        "left": _named(check.left_codes, names),
        "total": number_format(total),
        "right": _named(check.right_codes, names),
        "limit": number_format(limit),
    }
    return FormFinding(check.code, check.severity, (*check.left_codes, *check.right_codes), message, check.text)


def _named(codes: Sequence[str], names: dict[str, str]) -> str:
    return "＋".join(f"“{names.get(code, code)}”" for code in codes)
