"""What the page of each kind of work shows beside the common things (B11)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.content.client import editor_config
from skillweek.core.errors import DomainError
from skillweek.online import exhibits
from skillweek.online.access import can_write
from skillweek.online.links import hosts_of, rules_of
from skillweek.online.models import Hall, LiveRoom, Said, Tour, Work
from skillweek.online.queries.rooms import Stage
from skillweek.online.queries.tours import ICONS, panoramas_json, scenes_of, spot_labels

_NOBODY = "00000000-0000-0000-0000-000000000000"


def panel_of(request: HttpRequest, work: Work) -> dict[str, Any]:
    """The context of this kind's page, with what still lacks."""
    context: dict[str, Any] = {"lack": _lack(work), "public_url": public_url(work) if work.is_live else ""}
    if isinstance(work, Tour):
        context |= _tour(request, work)
    elif isinstance(work, LiveRoom):
        waiting = work.questions.filter(state=Said.State.WAITING).count()
        context |= {"stage": Stage.of(work), "hosts": sorted(hosts_of(work.edition)), "waiting_here": waiting}
        named = (("link", _("直播链接")), ("stream", _("直播流地址")), ("replay_link", _("回放链接")))
        context["links"] = [(label, url) for name, label in named if (url := work.draft.get(name))]
    elif isinstance(work, Hall):
        context |= _hall(request, work)
    return context


def public_url(work: Work) -> str:
    """Where the public finds it."""
    return reverse(f"online_public:{work.kind}", args=[work.pk])


def _lack(work: Work) -> str:
    try:
        work.must_be_publishable()
    except DomainError as error:
        return error.message
    return ""


def _tour(request: HttpRequest, tour: Tour) -> dict[str, Any]:
    rules = rules_of(tour.edition)
    editor = {
        "save": reverse("online:scenes", args=[tour.pk]),
        "remove": reverse("online:panorama_remove", args=[tour.pk, _NOBODY]),
        "tour": tour.pk,
        "revision": tour.revision,
        "scenes": tour.draft.get("scenes") or [],
        "panoramas": panoramas_json(tour),
        "maxScenes": rules.max_scenes,
        "maxBytes": rules.max_megabytes * 1024 * 1024,
        "minWidth": rules.min_width,
        "labels": spot_labels(),
        "icons": ICONS,
        "hosts": sorted(hosts_of(tour.edition)),
    }
    is_written = can_write(request.user, tour)
    config = editor_config(request.user, organisation=tour.organisation, edition=tour.edition) if is_written else None
    scenes = scenes_of(tour.draft, public=False)
    return {"editor": editor, "content_config": config, "scenes": scenes, "rules": rules}


def _hall(request: HttpRequest, hall: Hall) -> dict[str, Any]:
    kinds = exhibits.kinds()
    asked = request.GET.get("choose", "")
    chosen = next((kind for kind in kinds if kind.code == asked), None)
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    hung = exhibits.hung(hall.edition, hall.draft.get("exhibits") or [])
    there = {(one.kind.code, one.ref) for one in hung}
    offered = []
    if chosen is not None and can_write(request.user, hall):
        found = chosen.finder.offer(hall.edition, hall.organisation, text)
        offered = [one for one in found if (chosen.code, one.ref) not in there]
    return {"exhibit_kinds": kinds, "choose": chosen, "choose_text": text, "offered": offered, "hung": hung}
