"""Notices for everybody: the list, one notice, its corrections, and whom to call (A1, A7)."""

from __future__ import annotations

from itertools import pairwise

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.notices.queries import (
    changes_between,
    history_of,
    neighbours,
    public_notices,
    withdrawn_public,
)
from skillweek.notices.sheet import sheet_of

_PAGE = 20
#: Where the room above shows what a supplement changed; ours says nothing.
CHANGES_TEMPLATES = ["activities/notice_changes.html", "notices/no_changes.html"]
FIELD_NAMES = {
    "title": _("标题"),
    "document_number": _("文号"),
    "issuers": _("发文单位"),
    "recipients_text": _("主送"),
    "body": _("正文"),
    "issued_on": _("成文日期"),
    "attachments": _("附件"),
    "valid_until": _("有效期"),
    "acknowledge_by": _("签收期限"),
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All public notices, the newest first; ``?edition=`` narrows to one week."""
    editions = Edition.objects.filter(pk__in=public_notices().order_by().values("edition"))
    slug = request.GET.get("edition", "").replace("\0", "")
    chosen = editions.filter(slug=slug).first() if slug else None
    page = Paginator(public_notices(chosen), _PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "editions": list(editions), "chosen": chosen}
    return render(request, "notices/public/index.html", context)


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as a document; a withdrawn one says that it was, with 410."""
    found = _public(pk)
    if found.live_at is None:
        return render(request, "notices/public/withdrawn.html", {"notice": found}, status=410)
    before, after = neighbours(found)
    parent = public_notices().filter(pk=found.parent_id).first() if found.parent_id else None
    context = {
        "notice": found,
        "sheet": sheet_of(found, found.live, public=True),
        "before": before,
        "after": after,
        "parent": parent,
        "supplements": public_notices().filter(parent=found),
        "corrections": [version for version in history_of(found) if version.number > 1],
        "changes_templates": CHANGES_TEMPLATES,
        "page_url": settings.BASE_URL + request.path,
        "image_url": settings.BASE_URL + static("skillweek/icon-180.png"),
    }
    return render(request, "notices/public/notice.html", context)


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What each correction changed, the newest first, with the words taken out and put in (更正)."""
    found = _public(pk)
    if found.live_at is None:
        raise Http404
    versions, zone = history_of(found), found.edition.zone
    steps = [
        (new, [(FIELD_NAMES[change.field], change) for change in changes_between(old.content, new.content, zone=zone)])
        for new, old in pairwise(versions)
    ]
    first = versions[-1] if versions else None
    return render(request, "notices/public/history.html", {"notice": found, "steps": steps, "first": first})


@require_safe
def contacts(request: HttpRequest) -> HttpResponse:
    """Whom to call: the departments' contacts from the edition's data, so always current (A7)."""
    edition = Edition.objects.shown()
    document = edition.doc if edition else None
    return render(request, "notices/public/contacts.html", {"edition": edition, "document": document})


def _public(pk: int) -> Notice:
    found = public_notices().filter(pk=pk).first() or withdrawn_public(pk)
    if found is None:
        raise Http404
    return found
