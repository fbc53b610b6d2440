"""One's own choice of what to get, how, and when."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from skillweek.core.forms import run
from skillweek.notifications.domain.preferences import Wish, save_preferences, wishes_of
from skillweek.notifications.domain.routing import has_sms
from skillweek.notifications.forms import ReaderForm
from skillweek.notifications.models import ReaderSettings
from skillweek.organisations.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Which kinds come by mail or short message, quiet hours, bundles."""
    user = request.user
    assert isinstance(user, User)
    reader = ReaderSettings.objects.filter(user=user).first()
    wishes = wishes_of(user)
    shown = reader or ReaderSettings(user=user)
    initial = {name: getattr(shown, name) for name in ReaderForm.base_fields}
    form = ReaderForm(request.POST or None, initial=initial)
    if request.method == "POST":
        chosen = {wish.kind.code: (_ticked(request, "email", wish), _ticked(request, "sms", wish)) for wish in wishes}
        wishes = [wish.with_choice(*chosen[wish.kind.code]) for wish in wishes]  # nothing ticked is lost on an error
        if form.is_valid() and run(form, lambda: save_preferences(user, chosen, **form.cleaned_data)) is not None:
            messages.success(request, _("消息设置已保存。"))
            return redirect("notifications:preferences")
    groups: dict[str, list[Wish]] = {}
    for wish in wishes:
        groups.setdefault(str(wish.kind.group), []).append(wish)
    context = {
        "form": form,
        "groups": list(groups.items()),
        "has_sms": has_sms(),
        "no_phone": not user.phone,
        "no_email": not user.email,
    }
    return render(request, "notifications/preferences.html", context)


def _ticked(request: HttpRequest, channel: str, wish: Wish) -> bool:
    return f"{channel}:{wish.kind.code}" in request.POST
