"""Series and drafts of interviews: begin, write, delete one that nobody saw (E8)."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.content.access import is_open
from skillweek.content.domain import hide_assets, publish_assets
from skillweek.content.models import Asset
from skillweek.content.reviewing import locked, must_write
from skillweek.core.audit import record
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.interviews import timeline
from skillweek.interviews.access import can_change_series, can_delete
from skillweek.interviews.models import Episode, Series
from skillweek.organisations.access import can_write_for

_TRIES = 3


@transaction.atomic
def save_series(
    series: Series, *, actor: Any, title: str, about: str = "", author: str = "", cover: Asset | None = None,
    expected: int | None = None,
) -> Series:  # fmt: skip
    """Make a series (without key) or change one; return it. Raises NotAllowed, Conflict, DomainError."""
    is_new = series.pk is None
    if is_new:
        row = series
        if not (can_write_for(actor, row.organisation) and is_open(row.edition)):
            raise NotAllowed(_("您不能为“%(name)s”开设栏目。") % {"name": row.organisation})
    else:
        row = Series.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=series.pk)
        if not can_change_series(actor, row):
            raise NotAllowed(_("您不能修改这个栏目。"))
        if expected is not None and expected != row.version:
            raise Conflict(_("这个栏目刚刚被同事改过。请刷新查看最新内容。"), code="changed")
        row.version += 1
    row.title = " ".join(title.replace("\0", "").split())[:120]
    if not row.title:
        raise DomainError(_("请填写栏目名称。"), field="title")
    row.about, row.author, row.cover = about.strip()[:1000], " ".join(author.split())[:120], cover
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise DomainError(_("本单位已有同名的栏目。请换个名称，或在原来的栏目里增加一期。"), field="title") from None
    publish_assets(row.cover, owner=row)
    verb = "interview.series_make" if is_new else "interview.series_change"
    record(verb, row, actor=actor, organisation_id=row.organisation_id)
    return row


@transaction.atomic
def delete_series(series: Series, *, actor: Any) -> None:
    """Delete a series without episodes. Raises NotAllowed, Conflict."""
    row = Series.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=series.pk)
    if not can_change_series(actor, row):
        raise NotAllowed(_("您不能删除这个栏目。"))
    if row.episodes.exists():
        raise Conflict(_("栏目里还有访谈，不能删除。"), code="not_empty")
    record("interview.series_delete", row, actor=actor, organisation_id=row.organisation_id)
    hide_assets(owner=row, drafts_too=True)
    row.delete()


@transaction.atomic
def add_episode(series: Series, *, actor: Any, title: str, guest_name: str = "") -> Episode:
    """Begin the next episode of a series. Raises NotAllowed, DomainError without a title."""
    row = Series.objects.select_for_update(of=("self",)).select_related("edition", "organisation").get(pk=series.pk)
    if not (can_write_for(actor, row.organisation) and is_open(row.edition)):
        raise NotAllowed(_("您不能为“%(name)s”增加访谈。") % {"name": row.organisation})
    if not title.strip():
        raise DomainError(_("请填写标题。"), field="title")
    last = row.episodes.aggregate(last=Max("number"))["last"] or 0
    made = Episode(series=row, number=last + 1, edition=row.edition, organisation=row.organisation)
    editorial.save_draft(made, {"title": title.strip()[:200], "guest_name": guest_name.strip()[:120]}, actor=actor)
    record("interview.make", made, actor=actor, organisation_id=made.organisation_id)
    return made


@transaction.atomic
def save_episode(
    episode: Episode, changes: dict[str, Any], *, actor: Any, expected_revision: int | None = None
) -> Episode:
    """Save the draft; what cannot be read as times is refused beside its field.

    Raises NotAllowed, Conflict (somebody else saved, or it waits for review), DomainError.
    """
    fresh = locked(episode)
    must_write(fresh, actor)
    for name in ("chapters", "transcript"):
        if name in changes:
            cues_of(changes[name], name)
    return editorial.save_draft(fresh, changes, actor=actor, expected_revision=expected_revision)


def cues_of(text: Any, field: str) -> list[timeline.Cue]:
    """Chapters or transcript read from what was typed. Raises DomainError naming the line."""
    try:
        return timeline.parse(str(text or ""), joins=field == "transcript")
    except timeline.BadLine as bad:
        words = {"number": bad.number, "line": bad.text[:40], "most": timeline.MAX_LINES}
        said = {
            "no_time": _("第 %(number)d 行没有时间：“%(line)s”。请在行首写时间，例如“00:01:30 标题”。"),
            "no_clock": _("第 %(number)d 行的时间不对：“%(line)s”。分和秒都不超过 59。"),
            "order": _("第 %(number)d 行的时间比上一行早：“%(line)s”。请按先后排列。"),
            "no_words": _("第 %(number)d 行只有时间，没有标题。"),
            "too_many": _("行数太多，最多 %(most)d 行。"),
        }[bad.kind]
        raise DomainError(said % words, field=field) from None


def must_be_publishable(episode: Episode) -> None:
    """Raise DomainError while the draft must not become public: no guest, no consent, nothing in it, closed."""
    draft = episode.draft
    must_be_open(episode.edition)
    if not str(draft.get("guest_name") or "").strip():
        raise DomainError(_("请填写嘉宾姓名。"), field="guest_name")
    if not draft.get("consent"):
        raise DomainError(_("嘉宾还没有同意公开。请取得同意后勾选“嘉宾同意公开”。"), field="consent")
    if not episode.has_text(draft):
        raise DomainError(_("请放上视频，或写下访谈的文字。"), field="video")
    for name in ("chapters", "transcript"):
        cues_of(draft.get(name), name)


@transaction.atomic
def delete_episode(episode: Episode, *, actor: Any) -> None:
    """Delete one that was never public. Raises Conflict for others, and NotAllowed."""
    row = locked(episode)
    must_write(row, actor)
    if row.published_at is not None:
        raise Conflict(_("发布过的访谈不能删除，只能撤下。"), code="was_public")
    if not can_delete(actor, row):
        raise NotAllowed(_("只有本单位可以删除自己的草稿。"))
    record("interview.delete", row, actor=actor, organisation_id=row.organisation_id)
    hide_assets(owner=row, drafts_too=True)
    row.delete()
