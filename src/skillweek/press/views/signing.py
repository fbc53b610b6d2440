"""A journalist's own account: sign up, confirm the address (D3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
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
from skillweek.press.domain import journalists
from skillweek.press.forms_leads import SignUpForm
from skillweek.press.models import Journalist


@rate_limited("press_signup", "10/h")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Who somebody is and for whom they write; what follows goes to their address."""
    edition = edition_asked(request)
    form = SignUpForm(request.POST or None, request.FILES or None)
    if form.is_valid() and run(form, lambda: _keep(edition, form)) is not None:
        context = {"email": form.cleaned_data["email"], "days": LINK_DAYS}
        return render(request, "press/public/sent.html", context)
    context = {
        "edition": edition,
        "is_open": is_open(edition),
        "form": form,
        **proof.for_page(),
        "erase_on": erase_on(edition),
    }
    return render(request, "press/public/signup.html", context, status=400 if form.is_bound else 200)


@transaction.atomic
def _keep(edition: Any, form: SignUpForm) -> Journalist:
    data = form.cleaned_data
    proof.spend(data["proof"])
    return journalists.sign_up(
        edition, name=data["name"], outlet=data["outlet"], phone=data["phone"], email=data["email"],
        card_number=data["card_number"], card=data["card_file"] or None,
    )  # fmt: skip


@rate_limited("press_confirm", "30/10m")
@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What the mailed link opens: set a password, or, for who has an account, attach it."""
    row = journalists.behind(token)
    if row is None:
        return render(request, "press/public/gone.html", status=410)
    done, context = answer_link(
        request, row, lambda password, user: journalists.confirm_address(token, password=password, user=user)
    )
    if done:
        return _in(request)
    form = context["form"]
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "press/public/confirm.html", context, status=status)


def _in(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("邮箱已确认。主办单位核验后会发消息给您。"))
    return redirect("press_public:index")
