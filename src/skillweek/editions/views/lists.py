"""Lists of an edition, row by row: add, change, move, remove."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.core.errors import DomainError
from skillweek.core.notices import success_with_undo
from skillweek.editions.describe_lists import LIST_SPECS, row_name
from skillweek.editions.domain import change_document
from skillweek.editions.forms import ChangeForm, RowForm
from skillweek.editions.models import Edition
from skillweek.editions.rows import moved, rows_of, with_rows, without
from skillweek.editions.showing import show
from skillweek.editions.specs import ListSpec
from skillweek.editions.views.common import actor, edition_or_404, for_host_managers, must_be_open_for_changes, saved


def _spec_or_404(name: str) -> ListSpec:
    if name not in LIST_SPECS:
        raise Http404
    return LIST_SPECS[name]


def _row_or_404(edition: Edition, name: str, code: str) -> dict[str, Any]:
    for row in rows_of(edition.document, name):
        if row["code"] == code:
            return row
    raise Http404


@for_host_managers
@require_safe
def rows(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The list as a table."""
    spec, edition = _spec_or_404(name), edition_or_404(pk)
    found = rows_of(edition.document, name)
    shown = [
        {
            "code": row["code"],
            "name": row_name(spec, row),
            "cells": [
                {
                    "label": how.label,
                    "text": show(how, row.get(column)),
                    "is_name": column in spec.named_by,
                    "is_long": how.kind == "text",
                }
                for column, how in spec.columns.items()
            ],
        }
        for row in found
    ]
    context = {
        "edition": edition,
        "name": name,
        "spec": spec,
        "rows": shown,
        "is_closed": edition.state == Edition.State.CLOSED,
        "can_add": "code" not in spec.columns or len(found) < len(spec.columns["code"].choices),
    }
    return render(request, "editions/list.html", context)


@for_host_managers
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A new row."""
    return _row_page(request, edition_or_404(pk), name, "")


@for_host_managers
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int, name: str, code: str) -> HttpResponse:
    """One row."""
    edition = edition_or_404(pk)
    _spec_or_404(name)
    _row_or_404(edition, name, code)
    return _row_page(request, edition, name, code)


def _row_page(request: HttpRequest, edition: Edition, name: str, code: str) -> HttpResponse:
    spec = _spec_or_404(name)
    if (away := must_be_open_for_changes(request, edition)) is not None:
        return away
    form = RowForm(name, edition, code, request.POST if request.method == "POST" else None)
    if form.is_valid():
        changed = _save(request, edition, form, form.changes())
        if changed is not None:
            saved(request, edition.revision, changed)
            return redirect("editions:list", pk=edition.pk, name=name)
    context = {"form": form, "edition": edition, "spec": spec, "name": name, "code": code}
    return render(request, "editions/row.html", context, status=400 if form.is_bound else 200)


def _save(request: HttpRequest, edition: Edition, form: ChangeForm, changes: dict[str, Any]) -> Edition | None:
    data = form.cleaned_data
    return form.run(
        lambda: change_document(
            edition,
            changes,
            actor=actor(request),
            reason=data["reason"],
            expected_revision=data["revision"],
            force=data["force"],
        )
    )


@for_host_managers
@require_POST
def move(request: HttpRequest, pk: int, name: str, code: str) -> HttpResponse:
    """One place up or down."""
    edition = edition_or_404(pk)
    _spec_or_404(name)
    _row_or_404(edition, name, code)
    steps = -1 if request.POST.get("to") == "up" else 1
    there = moved(rows_of(edition.document, name), code, steps)
    try:
        change_document(
            edition,
            with_rows(edition.document, name, there),
            actor=actor(request),
            expected_revision=_revision(request, edition),
        )
    except DomainError as error:
        messages.warning(request, error.message)
    return redirect(reverse("editions:list", args=[pk, name]) + f"#row-{code}")


@for_host_managers
@require_POST
def remove(request: HttpRequest, pk: int, name: str, code: str) -> HttpResponse:
    """Take a row out; it can be undone until somebody changes something else.

    When reports use it, the page asks for a reason first.
    """
    spec, edition = _spec_or_404(name), edition_or_404(pk)
    row = _row_or_404(edition, name, code)
    if (away := must_be_open_for_changes(request, edition)) is not None:
        return away
    changes = with_rows(edition.document, name, without(rows_of(edition.document, name), code))
    form = ChangeForm(request.POST, edition=edition)
    if not form.is_valid():
        return redirect("editions:list", pk=pk, name=name)
    changed = _save(request, edition, form, changes)
    if changed is None:
        context = {"form": form, "edition": edition, "spec": spec, "name": name, "code": code}
        return render(request, "editions/remove.html", {**context, "row_name": row_name(spec, row)}, status=400)
    undo = reverse("editions:restore", args=[pk, edition.revision]) + f"?expected={changed.revision}&back={name}"
    success_with_undo(request, _("已移除“%(name)s”。") % {"name": row_name(spec, row)}, undo)
    return redirect("editions:list", pk=pk, name=name)


def _revision(request: HttpRequest, edition: Edition) -> int:
    """The revision that the page showed; nonsense counts as long ago."""
    said = request.POST.get("revision", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
