"""From a form to a verb and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from skillweek.core.errors import DomainError, NotAllowed

T = TypeVar("T")


def run(form: forms.BaseForm, verb: Callable[[], T]) -> T | None:
    """Call a verb for a valid form. What it refuses is shown at its field, or above the form; the input stays.

    Lack of a right is no matter of input: NotAllowed passes through and becomes 403.
    """
    try:
        return verb()
    except NotAllowed:
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


def choose_from(field: Any, rows: Any) -> None:
    """Let one of these rows (a queryset) be chosen; a single one is not asked for."""
    field.queryset = rows
    if len(first := list(rows[:2])) == 1:
        field.initial, field.widget = first[0], forms.HiddenInput()
