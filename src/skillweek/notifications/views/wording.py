"""The host's managers write the city's words of messages."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skillweek.core import audit
from skillweek.core.forms import run
from skillweek.notifications import kinds, texts
from skillweek.notifications.access import can_word
from skillweek.notifications.domain.wording import faults, reset_wording, save_wording, template_of
from skillweek.notifications.forms import WordingForm
from skillweek.notifications.kinds import COMMON_SAMPLE, PARTS, Kind
from skillweek.notifications.models import MessageTemplate
from skillweek.organisations.models import User

#: A short message of up to 70 characters is charged once, longer ones by pieces of 67.
_SMS_ONE, _SMS_PIECE = 70, 67


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every kind, with the languages in which the city wrote its own words."""
    _managers_only(request)
    own: dict[str, set[str]] = {}
    for row in MessageTemplate.objects.all():
        if any(getattr(row, part) for part in PARTS):
            own.setdefault(row.kind, set()).add(row.language)
    names = dict(settings.LANGUAGES)
    groups: dict[str, list[dict[str, Any]]] = {}
    for kind in kinds.all_kinds():
        languages = [names[code] for code in names if code in own.get(kind.code, ())]
        groups.setdefault(str(kind.group), []).append({"kind": kind, "languages": languages})
    return render(request, "notifications/wording_index.html", {"groups": groups.items()})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The words of one kind in one language, with variables, preview and history."""
    _managers_only(request)
    assert isinstance(request.user, User)
    user = request.user
    kind, language = _kind(code), _language(request)
    template = template_of(kind, language)
    form = WordingForm(request.POST or None, initial=_initial(request, kind, template), kind=kind)
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        revision = changes.pop("revision")
        if run(form, lambda: save_wording(kind, language, changes, by=user, expected_revision=revision)):
            messages.success(request, _("已保存，下一条消息就用新的文字。"))
            return redirect(_address(kind, language))
        if form.non_field_errors():  # somebody was quicker: the typed text stays, and saving again is meant
            template = template_of(kind, language)
            form.data = {**form.data.dict(), "revision": str(template.revision)}  # type: ignore[attr-defined]
    history = [_entry(event) for event in audit.history_of(template)[:20]] if template.pk else []
    context = {
        "kind": kind,
        "language": language,
        "languages": settings.LANGUAGES,
        "form": form,
        "variables": [(name, label) for name, label in kind.names.items()],
        "own": any(getattr(template, part) for part in (*PARTS, "sms_code")),
        "history": history,
        "preview": _preview(kind, language, {part: form[part].value() or "" for part in PARTS}),
    }
    return render(request, "notifications/wording_edit.html", context)


@login_required
@require_POST
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """How the typed texts look with the sample's values."""
    _managers_only(request)
    kind, language = _kind(code), _language(request)
    typed = {part: request.POST.get(part, "")[:4000] for part in PARTS}
    return render(request, "notifications/wording_preview.html", {"preview": _preview(kind, language, typed)})


@login_required
@require_POST
def reset(request: HttpRequest, code: str) -> HttpResponse:
    """Go back to the product's words."""
    _managers_only(request)
    assert isinstance(request.user, User)
    kind, language = _kind(code), _language(request)
    reset_wording(kind, language, by=request.user)
    messages.success(request, _("已恢复默认文字。原来的文字留在修改记录里。"))
    return redirect(_address(kind, language))


def _managers_only(request: HttpRequest) -> None:
    if not can_word(request.user):
        raise PermissionDenied


def _kind(code: str) -> Kind:
    kind = kinds.find(code)
    if kind is None:
        raise Http404
    return kind


def _language(request: HttpRequest) -> str:
    return texts.reader_language(request.GET.get("language"))


def _address(kind: Kind, language: str) -> str:
    return reverse("notifications:template", args=[kind.code]) + f"?language={language}"


def _initial(request: HttpRequest, kind: Kind, template: MessageTemplate) -> dict[str, Any]:
    """The words in use; or, with ``?from=``, those of an earlier version, to be looked at and saved."""
    words = {part: getattr(template, part) for part in PARTS}
    sms_code = template.sms_code
    wanted = request.GET.get("from", "")
    if template.pk and wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        event = audit.history_of(template).filter(pk=int(wanted)).first()
        if event is not None:
            old = event.data.get("now", {})
            words = {part: str(old.get(part, "")) for part in PARTS}
            sms_code = str(old.get("sms_code", ""))
    used = texts.compose(kind, template.language, words)
    return {part: getattr(used, part) for part in PARTS} | {"sms_code": sms_code, "revision": template.revision}


def _preview(kind: Kind, language: str, typed: dict[str, str]) -> dict[str, Any]:
    words = texts.compose(kind, language, {part: text for part, text in typed.items() if text.strip()})
    sample = {**COMMON_SAMPLE, **{name: str(value) for name, value in kind.sample.items()}}
    sms = texts.sms_of(words, sample)
    wrong = [fault for part in PARTS for fault in faults(kind, part, typed.get(part, "").strip())]
    return {
        "title": texts.title_of(words, sample),
        "body": texts.body_of(words, sample),
        "sms": sms,
        "sms_length": len(sms),
        "sms_pieces": 1 if len(sms) <= _SMS_ONE else -(-len(sms) // _SMS_PIECE),
        "markdown": texts.markdown_of(words, sample),
        "wrong": list(dict.fromkeys(wrong)),
    }


def _entry(event: Any) -> dict[str, Any]:
    fields = WordingForm.base_fields
    changed = [(fields[name].label, old, new) for name, (old, new) in event.data.get("changed", {}).items()]
    return {"event": event, "changed": changed, "is_reset": event.verb == "template.reset"}
