"""An enterprise's own account: sign up, confirm the address (E3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from skillweek.bookings import proof
from skillweek.bookings.domain.erasure import erase_on
from skillweek.content.access import is_open
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.editions.asked import edition_asked
from skillweek.organisations.light_accounts import LINK_DAYS, answer_link
from skillweek.organisations.models import Organisation
from skillweek.partnerships.domain import enterprises
from skillweek.partnerships.forms.enterprises import SignUpForm
from skillweek.partnerships.models import Enterprise


@rate_limited("partners_signup", "10/h")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """What an enterprise is and who speaks for it; what follows goes to their address. ``?by=`` names who invited."""
    edition = edition_asked(request)
    code = request.GET.get("by", "").replace("\0", "")
    home = get_object_or_404(Organisation, code=code, is_active=True) if code else enterprises.host()
    form = SignUpForm(request.POST or None, request.FILES or None)
    if form.is_valid() and run(form, lambda: _keep(edition, home, form)) is not None:
        context = {"email": form.cleaned_data["email"], "days": LINK_DAYS}
        return render(request, "partnerships/public/sent.html", context)
    context = {
        "edition": edition,
        "home": home,
        "is_open": is_open(edition),
        "form": form,
        **proof.for_page(),
        "erase_on": erase_on(edition),
    }
    return render(request, "partnerships/public/signup.html", context, status=400 if form.is_bound else 200)


@transaction.atomic
def _keep(edition: Any, home: Organisation, form: SignUpForm) -> Enterprise:
    proof.spend(form.cleaned_data["proof"])
    return enterprises.sign_up(edition, home=home, email=form.cleaned_data["email"], **form.values())


@rate_limited("partners_confirm", "30/10m")
@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What the mailed link opens: set a password, or, for who has an account, attach it."""
    row = enterprises.behind(token)
    if row is None:
        return render(request, "partnerships/public/gone.html", status=410)
    done, context = answer_link(
        request, row, lambda password, user: enterprises.confirm_address(token, password=password, user=user)
    )
    if done:
        messages.success(request, _("邮箱已确认。核验后会发消息给您。"))
        return redirect("partnerships_public:mine")
    form = context["form"]
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "partnerships/public/confirm.html", context, status=status)
