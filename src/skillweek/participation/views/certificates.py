"""Anybody checks a certificate by its code (E2)."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from skillweek.bookings.views.private import private
from skillweek.core.errors import Conflict
from skillweek.core.limits import rate_limited
from skillweek.participation.domain.certificates import clean_code
from skillweek.participation.forms import CheckForm
from skillweek.participation.models import Certificate
from skillweek.participation.pdf import certificate_as_pdf


@private
@require_GET
@rate_limited("certificate_check", "60/10m", methods=("GET",))
def check(request: HttpRequest) -> HttpResponseBase:
    """Type a code; a known one leads to its page."""
    form = CheckForm(request.GET if "code" in request.GET else None)
    unknown = ""
    if form.is_valid():
        code = clean_code(form.cleaned_data["code"])
        found = Certificate.objects.filter(code=code).first()
        if found is not None:
            return redirect(found)
        unknown = form.cleaned_data["code"]
    context = {"form": form, "unknown": unknown, "is_empty": form.is_bound and not unknown}
    return render(request, "participation/public/check.html", context)


@private
@require_GET
@rate_limited("certificate_page", "120/10m", methods=("GET",))
def page(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the certificate says, and whether it counts."""
    certificate = _certificate(code)
    return render(request, "participation/public/certificate.html", {"certificate": certificate})


@private
@require_GET
@rate_limited("certificate_pdf", "20/10m", methods=("GET",))
def pdf(request: HttpRequest, code: str) -> HttpResponseBase:
    """The certificate to print. Raises Conflict when it was revoked or its name was erased."""
    certificate = _certificate(code)
    if certificate.revoked_at is not None:
        raise Conflict(_("这张证书已撤销，不能下载。"), code="revoked")
    if certificate.erased_at is not None:
        raise Conflict(_("姓名已按期清除，证书只能查验，不能再下载。"), code="erased")
    name = f"{certificate.title}-{certificate.code}.pdf"
    return FileResponse(certificate_as_pdf(certificate), as_attachment=True, filename=name)


def _certificate(code: str) -> Certificate:
    rows = Certificate.objects.select_related("edition", "organisation")
    return get_object_or_404(rows, code=clean_code(code.replace("\0", "")))
