"""What the pages share on which an editorial text is written, published and looked back at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from skillweek.content.compare import compare, compare_plain
from skillweek.content.editorial import version_of
from skillweek.content.forms_pages import PublishForm
from skillweek.content.models import Editorial, Version
from skillweek.core.errors import Conflict, DomainError


def conflict_shown(form: Any, conflict: Conflict) -> dict[str, Any]:
    """Somebody else saved: show their text beside, keep what was typed, let the next saving name their revision.

    ``form`` has ``changes()`` and a field ``revision``.
    """
    there = conflict.details[0]
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["revision"] = str(there["revision"])
    form.data = data
    form.add_error(None, conflict.message)
    return {"there": there, "difference": compare(there["draft"], form.changes())}


def said_after_saving(text: Editorial) -> str:
    """What saving the draft means for the public."""
    return _("草稿已保存，公众看到的还是上次发布的内容。") if text.is_live else _("草稿已保存，公众还看不到。")


def publish_form_of(text: Editorial) -> forms.Form:
    """The form that publishes the draft, with the time that is set, in the edition's zone."""
    at = text.publish_at.astimezone(ZoneInfo(text.edition.zone)) if text.publish_at else None
    return PublishForm(initial={"at": at, "revision": text.revision}, auto_id="id_publish_%s")


def publication_asked(request: HttpRequest, text: Editorial) -> dict[str, Any]:
    """What ``publish`` verbs take: ``reason``, ``at`` (None: now; in the edition's zone), ``expected_revision``.

    Raises DomainError for a time that is missing or not understood.
    """
    with timezone.override(ZoneInfo(text.edition.zone)):
        form = PublishForm(request.POST)
        valid = form.is_valid()
    at = form.cleaned_data.get("at") if "schedule" in request.POST else None
    if not valid or ("schedule" in request.POST and at is None):
        raise DomainError(_("没有发布：请检查定时发布的日期和时间。"))
    return {"reason": form.cleaned_data["reason"], "at": at, "expected_revision": form.cleaned_data["revision"]}


@dataclass(frozen=True)
class VersionChange:
    """A version against the one before it; with ``to_draft`` the draft against the version."""

    version: Version
    before: Version | None
    to_draft: bool
    old: dict[str, Any]
    new: dict[str, Any]

    def shown(self, *names: str) -> dict[str, Any]:
        """What every page of changes shows: both versions, the body, and these short texts."""
        return {
            "version": self.version,
            "before": self.before,
            "to_draft": self.to_draft,
            "body": compare(str(self.old.get("body", "")), str(self.new.get("body", ""))),
            **{name: compare_plain(self.old.get(name, ""), self.new.get(name, "")) for name in names},
        }


def version_change(request: HttpRequest, text: Editorial, number: int) -> VersionChange:
    """What version ``number`` changed, or, with ``?to=draft``, what the draft changes against it. Raises Http404."""
    version = version_of(text, number)
    if version is None:
        raise Http404
    if request.GET.get("to") == "draft":
        return VersionChange(version, None, True, version.content, text.draft)
    before = version_of(text, number - 1)
    return VersionChange(version, before, False, before.content if before else {}, version.content)
