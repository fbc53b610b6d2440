"""An edition's folder out as a zip, and in again after a look at what it would change."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.editions.differences import differences
from skillweek.editions.domain import load_edition, objections_to
from skillweek.editions.folder import EditionFolderError
from skillweek.editions.forms import FolderForm, LoadForm
from skillweek.editions.models import Edition
from skillweek.editions.schema import EditionDocument
from skillweek.editions.views.common import actor, edition_or_404, for_host_managers
from skillweek.editions.zipped import MAX_ZIP_BYTES, read_zip, zip_folder

#: What the confirmation can carry in its page.
_MAX_DOCUMENT_BYTES = 2 * 1024 * 1024


@for_host_managers
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The folder as a zip, the same that the command line exports."""
    edition = edition_or_404(pk)
    response = HttpResponse(zip_folder(edition.doc), content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{edition.slug}.zip") or "attachment"
    response["Cache-Control"] = "no-store"
    return response


@for_host_managers
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a zip; what it would change is shown next, nothing is written."""
    form = FolderForm(request.POST or None, request.FILES or None)
    problems = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > MAX_ZIP_BYTES:
            form.add_error("file", _("文件超过 5 MB，不像是届次的数据文件夹。"))
        else:
            try:
                document = read_zip(file)
            except EditionFolderError as error:
                problems = error.problems
            else:
                if len(document.model_dump_json().encode()) <= _MAX_DOCUMENT_BYTES:
                    return _look(request, document)
                form.add_error("file", _("内容超过 2 MB，请检查名单里有没有多余的内容。"))
    context = {"form": form, "problems": problems}
    return render(request, "editions/import.html", context, status=400 if form.is_bound else 200)


def _look(request: HttpRequest, document: EditionDocument, form: LoadForm | None = None) -> HttpResponse:
    """The dry run: what would be new, what would change, what reports object to."""
    edition = Edition.objects.filter(slug=document.id).first()
    data = document.model_dump(mode="json")
    objections = objections_to(edition, document) if edition is not None else []
    if form is None:
        revision = edition.revision if edition is not None else 0
        form = LoadForm(
            edition=edition, initial={"document": json.dumps(data, ensure_ascii=False), "revision": revision}
        )
    form.objections = objections
    context = {
        "form": form,
        "document": document,
        "edition": edition,
        "differences": differences(edition.document, data) if edition is not None else [],
        "is_closed": edition is not None and edition.state == Edition.State.CLOSED,
    }
    return render(request, "editions/import_look.html", context, status=400 if form.is_bound else 200)


@for_host_managers
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Write what was shown, unless somebody changed the edition meanwhile."""
    form = LoadForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("数据不完整，请重新选择文件。"))
        return redirect("editions:import")
    data = form.cleaned_data
    document: EditionDocument = data["document"]
    edition = Edition.objects.filter(slug=document.id).first()
    form.edition = edition
    if edition is not None and edition.state == Edition.State.CLOSED:
        messages.warning(request, _("这一届已经归档，不能再修改。需要修改请先重新开放。"))
        return redirect("editions:edition", pk=edition.pk)
    done = form.run(
        lambda: load_edition(
            document,
            actor=actor(request),
            reason=data["reason"],
            force=data["force"],
            expected_revision=data["revision"],
        )
    )
    if done is None:
        return _look(request, document, form)
    loaded, outcome = done
    said = {
        "created": _("已新建，请核对后开放。"),
        "updated": _("已更新。"),
        "unchanged": _("内容没有变化。"),
    }
    messages.success(request, said[outcome])
    return redirect("editions:edition", pk=loaded.pk)
