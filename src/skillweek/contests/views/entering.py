"""Entering a work: begin, write and upload, hand in, withdraw; passing a relay on (E1, E7, E11)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skillweek.bookings.views.private import private
from skillweek.contests import access, intake
from skillweek.contests.domain import entries, passing
from skillweek.contests.forms import EntryForm
from skillweek.contests.models import Entry, EntryFile, Pass
from skillweek.contests.queries.queue import files_of
from skillweek.contests.views.common import client_id_of, owned_entry, owner_for, public_call
from skillweek.core.asked import number_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.forms import run
from skillweek.core.limits import rate_limited
from skillweek.participation.who import who_url
from skillweek.uploads.client import client_config, guest_config

_K = EntryFile.Kind


@private
@require_POST
@rate_limited("contest_enter", settings.PARTICIPANT_RATE)
def enter(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Begin a work; strangers prove a contact first and come back to the call."""
    call = public_call(pk)
    owner = owner_for(request, call)
    if owner is None:
        return redirect(who_url(call.get_absolute_url(), call.edition))
    try:
        made = entries.begin_entry(call, owner, client_id=client_id_of(request))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(call)
    return redirect("contests_public:mine", made.pk)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("contest_save", "400/10m")
def mine(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One's own work: files, words, consent. ``do=submit`` hands it in, anything else keeps the draft."""
    row = owned_entry(request, pk)
    form = EntryForm(request.POST or None, entry=row)
    actor = request.user if request.user.is_authenticated and row.organisation_id else None
    if request.method == "POST" and form.is_valid():
        done = run(form, lambda: _kept(request, row, form, actor))
        if done is not None:
            return done
    context = _context(request, row, form)
    return render(request, "contests/public/mine.html", context, status=400 if form.is_bound else 200)


def _kept(request: HttpRequest, row: Entry, form: EntryForm, actor: Any) -> HttpResponse:
    captions = {
        number: str(text) for name, text in request.POST.items()
        if name.startswith("caption-") and (number := number_in(name.removeprefix("caption-")))
    }  # fmt: skip
    saved = entries.save_entry(row, actor=actor, expected=None, **form.values())
    entries.caption_files(saved, captions, actor=actor)
    if request.POST.get("do") == "auto":
        return HttpResponse(status=204)
    if removed := number_in(request.POST.get("remove")):
        entries.remove_file(saved, removed, actor=actor)
        messages.success(request, _("已移除。"))
    elif request.POST.get("do") == "submit":
        entries.submit_entry(saved, actor=actor)
        messages.success(request, _("已提交，审核结果会发消息给您。截止前可以继续修改。"))
    else:
        messages.success(request, _("已保存，还没有提交。") if saved.state == Entry.State.DRAFT else _("已保存。"))
    return redirect("contests_public:mine", row.pk)


def _context(request: HttpRequest, row: Entry, form: EntryForm) -> dict[str, Any]:
    call = row.call
    files = files_of(row)
    kinds = [kind for kind in _K.values if intake.most_of(call, kind)]
    if row.participant is not None:
        config = guest_config(intake.guest_key(row.participant.pk), edition=call.edition)
    else:
        assert row.organisation is not None
        config = client_config(request.user, edition=call.edition, organisation=row.organisation)
    lists = [
        {
            "kind": kind, "accept": intake.ACCEPT[kind], "most": intake.most_of(call, kind),
            "there": sum(each.kind == kind for each, _problem in files), "maxBytes": intake.max_bytes(call, kind),
        }
        for kind in kinds
    ]  # fmt: skip
    passed = Pass.objects.select_related("accepted").filter(entry=row).first() if call.is_relay else None
    given = getattr(row, "award_given", None)
    return {
        "entry": row,
        "call": call,
        "zone": call.edition.zone,
        "form": form,
        "files": files,
        "writable": entries.is_writable(row),
        "config": {**config, "entry": row.pk, "lists": lists},
        "lists": lists,
        "passed": passed,
        "pass_url": request.build_absolute_uri(passed.get_absolute_url()) if passed is not None else "",
        "award": given if given is not None and given.withdrawn_at is None and call.announced_at else None,
    }


@private
@require_POST
@rate_limited("contest_save", "400/10m")
def act(request: HttpRequest, pk: int) -> HttpResponseBase:
    """``do=withdraw`` takes the work back; ``do=name`` names the next in a relay."""
    row = owned_entry(request, pk)
    actor = request.user if request.user.is_authenticated and row.organisation_id else None
    try:
        if request.POST.get("do") == "withdraw":
            entries.withdraw_entry(row, actor=actor)
            messages.success(request, _("已撤回，不再展示，文件已移除。"))
        elif request.POST.get("do") == "name":
            said = request.POST
            passing.name_next(row, to_name=said.get("to_name", ""), message=said.get("message", ""), actor=actor)
            messages.success(request, _("接力链接已准备好，发给对方即可。"))
        else:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("contests_public:mine", pk)


@private
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("contest_enter", settings.PARTICIPANT_RATE)
def passed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the link of an invitation opens: who passed it on, and one button that takes it."""
    row = get_object_or_404(Pass.objects.select_related("entry__call__edition", "accepted"), token=token)
    call = public_call(row.entry.call_id)
    if request.method == "POST":
        owner = owner_for(request, call)
        if owner is None:
            return redirect(who_url(request.path, call.edition))
        try:
            made = passing.accept(row, owner, client_id=client_id_of(request))
            messages.success(request, _("您接住了！上传一段视频，再传给下一位。"))
            return redirect("contests_public:mine", made.pk)
        except DomainError as error:
            messages.error(request, error.message)
    taken = row.accepted is not None and row.accepted.state != Entry.State.WITHDRAWN
    context = {
        "call": call,
        "passed": row,
        "entry": row.entry if row.entry.is_shown else None,
        "video": row.entry.files.filter(kind=_K.VIDEO).first() if row.entry.is_shown else None,
        "taken": taken,
        "mine": row.accepted_id if taken and row.accepted is not None and access.owns(request, row.accepted) else None,
        "schools": access.entering_organisations(request.user),
        "client_id": uuid.uuid4(),
        "here": reverse("contests_public:passed", args=[token]),
    }
    return render(request, "contests/public/passed.html", context)
