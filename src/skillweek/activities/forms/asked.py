"""Fields that a draft may leave empty but that are asked for before it is handed in: not to be called optional."""

from __future__ import annotations

from django import forms


def ask_for(form: forms.BaseForm, *names: str) -> None:
    """Have these fields shown without the word “选填”; they stay optional for saving."""
    for name in names:
        form.fields[name].asked_for = True  # type: ignore[attr-defined]
