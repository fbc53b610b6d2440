"""The pages of an import: choose a file, see what each row would do, enter exactly that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.core.tables.forms import TableForm
from skillweek.core.tables.kept import KeptTable
from skillweek.core.tables.plan import Outcome, digest
from skillweek.core.tables.reading import MAX_BYTES

K = TypeVar("K", bound=KeptTable)
_PAGE: Final = 200
#: What may become of a row → its word and the state whose badge it wears.
ACTIONS: Final = {"new": (_("新增"), "ok"), "same": (_("已有"), "draft"), "error": (_("错误"), "failed")}
_WRITES_NOTHING: Final = ("same", "error")


@dataclass(frozen=True, kw_only=True)
class TablePages:
    """What one import's pages say (lazy texts) and where they are (names of addresses that take the table's number)."""

    title: Any
    #: What the uploader should know.
    about: Any
    #: Heading of what a row is about, then (key of ``Outcome.values``, heading) of what else is shown of it.
    subject: Any
    shown: tuple[tuple[str, Any], ...]
    #: With ``%(n)s``, on the button.
    confirm: Any
    #: With ``%(count)d``, afterwards.
    done: Any
    look_at: str
    enter_at: str
    actions: Mapping[str, tuple[Any, str]] = field(default_factory=lambda: ACTIONS)

    def choose(
        self, request: HttpRequest, form: TableForm, keep: Callable[[str, bytes], KeptTable], *, back: str,
        template: str = "", **context: Any,
    ) -> HttpResponse:  # fmt: skip
        """Choose a file; what it would do is shown next. ``keep(name, content)`` is the room's verb, ``template`` the
        address of the empty table.
        """
        if form.is_valid():
            file = form.cleaned_data["file"]
            # One byte more than allowed is enough to know that it is too much.
            content = file.read(MAX_BYTES + 1)
            kept = run(form, lambda: keep(file.name, content))
            if kept is not None:
                return redirect(self.look_at, kept.pk)
        context |= {"pages": self, "form": form, "back": back, "template": template}
        return render(request, "core/tables/choose.html", context, status=400 if form.is_bound else 200)

    def show(
        self, request: HttpRequest, kept: KeptTable, outcomes: list[Outcome], *, back: str, hides: str = "",
        **context: Any,
    ) -> HttpResponse:  # fmt: skip
        """The dry run: what each row would do; those whose action is ``hides`` are only counted."""
        counts = {action: sum(row.action == action for row in outcomes) for action in self.actions}
        listed = [row for row in outcomes if row.action != hides]
        page = Paginator(listed, _PAGE).get_page(request.GET.get("page"))
        changes = sum(number for action, number in counts.items() if action not in _WRITES_NOTHING)
        context |= {
            "pages": self, "upload": kept, "page": page, "counts": counts, "changes": changes,
            "seen": digest(outcomes), "back": back, "button": self.confirm % {"n": changes},
            "totals": [(word, counts[action]) for action, (word, _badge) in self.actions.items()],
            "lines": [self._line(row) for row in page.object_list],
        }  # fmt: skip
        return render(request, "core/tables/plan.html", context)

    def _line(self, row: Outcome) -> dict[str, Any]:
        word, badge = self.actions[row.action]
        shown = [(heading, row.values.get(key, "")) for key, heading in self.shown]
        return {"row": row, "shown": shown, "word": word, "badge": badge}

    def enter(self, request: HttpRequest, kept: K, verb: Callable[..., int], *, back: str) -> HttpResponse:
        """Enter exactly what was shown: ``verb(kept, seen=…)`` returns how many rows it made."""
        try:
            count = verb(kept, seen=request.POST.get("seen", ""))
        except NotAllowed:
            raise
        except DomainError as error:
            messages.warning(request, error.message)
            return redirect(self.look_at, kept.pk)
        messages.success(request, self.done % {"count": count})
        return redirect(back)
