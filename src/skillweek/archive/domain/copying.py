"""Taking an old edition's work into a new one as drafts: plans, activities, pages, notices (A8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.activities.domain import renewing
from skillweek.activities.domain.snapshots import PLAN_FIELDS
from skillweek.activities.models import Plan
from skillweek.content import editorial
from skillweek.content.domain.assets import hide_assets
from skillweek.content.models import Editorial, Page
from skillweek.core import audit
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.organisations.access import can_manage_edition
from skillweek.organisations.models import Organisation

PARTS: Final[list[tuple[str, Any]]] = [
    ("plans", gettext_lazy("各单位的方案")),
    ("activities", gettext_lazy("各单位的活动和场次")),
    ("pages", gettext_lazy("门户页面和新闻")),
    ("notices", gettext_lazy("通知")),
]
#: Verb of the audit event that remembers which text a copy was made from.
_COPIED: Final = "text.copy"
#: What a new year's text has its own of.
_ASKED_ANEW: Final = frozenset({"acknowledge_by", "valid_until", "issued_on", "document_number"})


@dataclass
class Look:
    """What a copy would make, by part: (what, how many), and the first names of each."""

    plans: list[str] = field(default_factory=list)
    activities: list[tuple[str, int]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to copy."""
        return not (self.plans or self.activities or self.pages or self.notices)

    @property
    def activity_count(self) -> int:
        """How many activities in all."""
        return sum(number for _name, number in self.activities)


def targets_for(source: Edition) -> Any:
    """Editions that take copies: not ended, and another one."""
    return Edition.objects.exclude(state=Edition.State.CLOSED).exclude(pk=source.pk)


def dry_run(source: Edition, target: Edition, parts: list[str]) -> Look:
    """What ``copy_parts`` would make now; nothing is written."""
    look = Look()
    units = _units(source)
    if "plans" in parts:
        filled = {
            plan.organisation_id: plan for plan in Plan.objects.filter(edition=source) if _is_filled(plan)
        }  # fmt: skip
        there = {plan.organisation_id for plan in Plan.objects.filter(edition=target) if _is_filled(plan)}
        look.plans = [str(unit) for unit in units if unit.pk in filled and unit.pk not in there]
    if "activities" in parts:
        counted = [(str(unit), len(renewing.not_taken_yet(unit, source, target))) for unit in units]
        look.activities = [row for row in counted if row[1]]
    if "pages" in parts:
        look.pages = [page.title for page in _texts(Page, source, target)]
    if "notices" in parts:
        look.notices = [notice.title for notice in _texts(Notice, source, target)]
    return look


@transaction.atomic
def copy_parts(source: Edition, target: Edition, parts: list[str], *, actor: Any) -> dict[str, int]:
    """Make the drafts and return how many of each part. Doing it twice adds nothing.

    Raises NotAllowed, or DomainError when the target has ended.
    """
    _must_run(actor, target)
    made = dict.fromkeys((key for key, _label in PARTS), 0)
    for unit in _units(source):
        renewed = renewing.renew_week(
            unit, source, target, actor=actor, plan="plans" in parts, activities="activities" in parts
        )
        made["plans"] += renewed.plan is not None
        made["activities"] += len(renewed.activities)
    for key, model in (("pages", Page), ("notices", Notice)):
        if key in parts:
            for text in _texts(model, source, target):
                _copy_text(text, target, actor)
                made[key] += 1
    audit.record("edition.copy_parts", target, actor=actor, data={"from": source.pk, "made": made})
    return made


@transaction.atomic
def take_back(source: Edition, target: Edition, *, actor: Any) -> int:
    """Delete everything copied from ``source`` that nobody has changed since; returns how many things."""
    _must_run(actor, target)
    count = renewing.take_back_copies(target, source, actor=actor)
    for model in (Page, Notice):
        rows: Any = model._default_manager.filter(edition=target, state=Editorial.State.DRAFT, published_at=None)
        for text in rows.select_for_update(of=("self",)):
            last = audit.history_of(text).filter(verb=_COPIED, data__edition=source.pk).first()
            if last is None or last.data.get("revision") != text.revision:
                continue
            audit.record("text.copy_undone", text, actor=actor, organisation_id=text.organisation_id)
            hide_assets(owner=text, drafts_too=True)
            text.delete()
            count += 1
    return count


def _must_run(actor: Any, target: Edition) -> None:
    if not can_manage_edition(actor):
        raise NotAllowed(_("只有市级主办单位的管理员可以复制整届内容。"))
    if target.state == Edition.State.CLOSED:
        raise DomainError(_("目标届次已经归档，不能写入。"), field="target")


def _units(source: Edition) -> list[Organisation]:
    """Active units that planned anything in ``source``, in the tree's order."""
    return list(Organisation.objects.filter(plans__edition=source, is_active=True).distinct())


def _is_filled(plan: Plan) -> bool:
    return any(getattr(plan, name) for name in PLAN_FIELDS)


def _texts(model: Any, source: Edition, target: Edition) -> list[Any]:
    """Texts that were public at the end of ``source`` and have no copy in ``target``."""
    rows = model.objects.filter(edition=source).exclude(live_at=None).order_by("pk")
    taken = set()
    for kept in model.objects.filter(edition=target):
        event = audit.history_of(kept).filter(verb=_COPIED).first()
        if event is not None:
            taken.add(event.data.get("from"))
    if model is Page:
        used = set(Page.objects.filter(edition=target).values_list("slug", flat=True))
        rows = rows.exclude(slug__in=used)
    return [row for row in rows if row.pk not in taken]


def _copy_text(text: Any, target: Edition, actor: Any) -> None:
    """A draft with the words that the public saw; dates of validity and reception are asked for anew."""
    model = type(text)
    made = model(edition=target, organisation=text.organisation, kind=text.kind)
    if isinstance(text, Page):
        made.slug, made.topic, made.position, made.in_footer = text.slug, text.topic, text.position, text.in_footer
    elif text.kind == Notice.Kind.SUPPLEMENT:
        made.kind = Notice.Kind.NOTICE  # what it supplemented belongs to the old edition
    content = {name: "" if name in _ASKED_ANEW else value for name, value in text.live.items()}
    editorial.save_draft(made, content, actor=actor)
    data = {"from": text.pk, "edition": text.edition_id, "revision": made.revision}
    audit.record(_COPIED, made, actor=actor, organisation_id=made.organisation_id, data=data)
