"""One form as a file (C12)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from skillweek.statistics.exports import form_as_excel, form_as_word
from skillweek.statistics.views.common import entry_or_404


@require_GET
@login_required
def word(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """The form as Word."""
    entry = entry_or_404(request, organisation_id)
    name = _("情况统计表-%(unit)s.docx") % {"unit": entry.organisation}
    return FileResponse(form_as_word(entry), as_attachment=True, filename=name)


@require_GET
@login_required
def excel(request: HttpRequest, organisation_id: int) -> HttpResponseBase:
    """The form as Excel."""
    entry = entry_or_404(request, organisation_id)
    name = _("情况统计表-%(unit)s.xlsx") % {"unit": entry.organisation}
    return FileResponse(form_as_excel(entry), as_attachment=True, filename=name)
