"""What the upload endpoints share: JSON answers, and who may come in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError
from skillweek.editions.models import Edition
from skillweek.organisations.access import visible_to as organisations_visible_to
from skillweek.organisations.models import Organisation
from skillweek.uploads import domain
from skillweek.uploads.access import uploads_of
from skillweek.uploads.client import NO_ORGANISATION
from skillweek.uploads.guests import guest_of
from skillweek.uploads.models import Upload
from skillweek.uploads.tus import Announcement


def refusal(error: DomainError) -> JsonResponse:
    """A verb's refusal as the script reads it."""
    payload = {"ok": False, "code": error.code, "field": error.field, "message": error.message}
    return JsonResponse({**payload, "details": error.details}, status=error.status)


def missing() -> JsonResponse:
    """The answer for what is not there, or is not this person's."""
    message = _("找不到这次上传。请重新添加文件。")
    return JsonResponse({"ok": False, "code": "not_found", "message": message}, status=404)


def for_scripts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer a script in JSON whatever happens: 401 instead of a sign-in page, refusals, 404."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and not asking_guest(request):
            message = _("登录已过期。请重新登录，已选的文件会接着传。")
            return JsonResponse({"ok": False, "code": "signed_out", "message": message}, status=401)
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return refusal(error)
        except Http404:
            return missing()

    return wrapper


def asking_guest(request: HttpRequest) -> str:
    """The key of the verified person without an account who asks, in the edition that is open; else empty."""
    return guest_of(request, Edition.objects.current())


def mine(request: HttpRequest) -> QuerySet[Upload]:
    """Uploads that whoever asks may continue or cancel."""
    return uploads_of(request.user, asking_guest(request))


def begin(request: HttpRequest, said: Announcement, protocol: str) -> Upload:
    """Begin the announced upload. Raises Http404 for an organisation or edition the person cannot see, DomainError.

    A guest names no organisation (0): the room that takes the file does.
    """
    if said.organisation == NO_ORGANISATION:
        return _begin_as_guest(request, said, protocol)
    organisation: Organisation | None = (
        organisations_visible_to(request.user).filter(pk=said.organisation, is_active=True).first()
    )
    edition = Edition.objects.filter(pk=said.edition).first()
    if organisation is None or edition is None:
        raise Http404
    return domain.create_upload(
        request.user,
        edition=edition,
        organisation=organisation,
        kind=said.kind,
        name=said.name,
        size=said.size,
        purpose=said.purpose,
        protocol=protocol,
    )


def _begin_as_guest(request: HttpRequest, said: Announcement, protocol: str) -> Upload:
    edition = Edition.objects.filter(pk=said.edition).first()
    guest = guest_of(request, edition)
    if edition is None or not guest:
        raise Http404
    return domain.create_guest_upload(
        guest, edition=edition, kind=said.kind, name=said.name, size=said.size, purpose=said.purpose, protocol=protocol
    )
