"""What every form that changes an edition carries: the revision it was read at, and why when it contradicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from skillweek.core.errors import Conflict, DomainError
from skillweek.editions.differences import Difference, differences
from skillweek.editions.domain import EditionConflict
from skillweek.editions.folder import Problem
from skillweek.editions.models import Edition

T = TypeVar("T")
_OWN = ("revision", "force", "reason")


class ChangeForm(forms.Form):
    """Base of forms that change the document. ``objections`` and ``meanwhile`` say why a change did not go through."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    force = forms.BooleanField(label=_("我已了解，仍然保存"), required=False)
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("会留在历史记录里。"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, edition: Edition | None = None, **kwargs: Any) -> None:
        revision = edition.revision if edition is not None else 0
        super().__init__(data, initial={"revision": revision, **kwargs.pop("initial", {})}, **kwargs)
        self.edition = edition
        #: What reports object to: sentences.
        self.objections: list[str] = []
        #: What somebody else changed since the form was read.
        self.meanwhile: list[Difference] = []

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields of the subject itself, without revision, force and reason."""
        return [self[name] for name in self.fields if name not in _OWN]

    def run(self, verb: Callable[[], T]) -> T | None:
        """Call a verb for a valid form. What it refuses is shown at its field, or above the form; the input stays."""
        try:
            return verb()
        except EditionConflict as error:
            self.objections = [str(one) for one in error.details]
            self.add_error(None, error.message)
        except Conflict as error:
            self._show_what_is_there_now()
            self.add_error(None, error.message)
        except DomainError as error:
            self._show(error)
        return None

    def _show(self, error: DomainError) -> None:
        problems = [one for one in error.details if isinstance(one, Problem)]
        if error.field == "reason":
            self.objections = [str(one) for one in error.details]
        for problem in problems:
            name = self.field_at(problem.path)
            self.add_error(name, f"{_('应为')}{problem.expected}{_('。')}" if name else str(problem))
        if not problems:
            self.add_error(error.field if error.field in self.fields else None, error.message)

    def field_at(self, path: tuple[str | int, ...]) -> str | None:
        """The field in which the value at this place of the document is written, if this form has it."""
        return None

    def _show_what_is_there_now(self) -> None:
        """Say what changed meanwhile, and let the next attempt start from there, knowingly."""
        if self.edition is None:
            return
        seen = self.edition.revisions.filter(number=self.cleaned_data["revision"]).first()
        now = Edition.objects.get(pk=self.edition.pk)
        if seen is not None:
            self.meanwhile = differences(seen.document, now.document)
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["revision"] = str(now.revision)  # type: ignore[index]
