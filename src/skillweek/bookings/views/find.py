"""A lost link: sent again to the address that the booking holds (B8)."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from skillweek.bookings import proof
from skillweek.bookings.domain.wishes import clean_email, clean_phone
from skillweek.bookings.forms import FindForm
from skillweek.bookings.queries.tickets import lost_bookings
from skillweek.bookings.tasks import send_links
from skillweek.bookings.views.private import private
from skillweek.core.errors import DomainError
from skillweek.core.limits import rate_limited


@private
@require_http_methods(["GET", "POST"])
@rate_limited("book_find", "20/10m")
def find(request: HttpRequest) -> HttpResponseBase:
    """Ask for the links of one's bookings. The answer is the same whether there are any, and comes as quickly."""
    if request.method == "POST":
        form = FindForm(request.POST)
        if form.is_valid() and _send(form):
            return redirect(reverse("bookings_public:find") + "?sent=1")
        status = 400
    else:
        form, status = FindForm(), 200
    context = {
        "form": form,
        "sent": request.GET.get("sent") == "1",
        **proof.for_page(),
    }
    return render(request, "bookings/find.html", context, status=status)


def _send(form: FindForm) -> bool:
    contact = form.cleaned_data["contact"].strip()
    try:
        contact = clean_email(contact) if "@" in contact else clean_phone(contact)
        proof.spend(form.cleaned_data["proof"])
    except DomainError as error:
        form.add_error("contact" if error.field in ("phone", "email") else None, error.message)
        return False
    # Sending is the task's work, so that the answer takes as long with bookings as without.
    send_links.enqueue(lost_bookings(form.cleaned_data["name"], contact))
    return True
