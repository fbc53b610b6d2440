"""Registering coverage, correcting it, deciding on it (D4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.notes import clean_note
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.press.access import can_change, can_delete, can_settle, registers_for
from skillweek.press.domain.common import lock_register, locked, must_be_version
from skillweek.press.domain.merging import settle
from skillweek.press.domain.outlets import OutletBook
from skillweek.press.models import Coverage, Journalist, Lead, SchoolVisit
from skillweek.press.texts import COVERAGE, put_coverage
from skillweek.similarity.domain import remove_texts
from skillweek.uploads.domain import release_file
from skillweek.uploads.models import StoredFile

_S = Coverage.State


@transaction.atomic
def register(
    edition: Edition, home: Organisation, *, actor: Any, organisations: Iterable[Organisation] = (),
    source: str = Coverage.Source.HAND, source_label: str = "",
    lead: Lead | None = None, journalist: Journalist | None = None, school_visit: SchoolVisit | None = None,
    **values: Any,
) -> Coverage:  # fmt: skip
    """Enter a piece of coverage for ``home``; with no ``organisations`` it is about ``home`` itself.

    ``values``: title, outlet (a name), level, published_on, media, link, text. A bureau's own stands confirmed:
    nobody is above to ask. Raises NotAllowed, DomainError.
    """
    must_be_open(edition)
    if actor is not None and not registers_for(actor, home):
        raise NotAllowed(_("您不能为“%(name)s”登记媒体报道。") % {"name": home})
    lock_register(edition.pk)
    row = Coverage(edition=edition, home=home, source=source, source_label=source_label, registered_by=actor)
    row.lead, row.journalist, row.school_visit = lead, journalist, school_visit
    _fill(row, values)
    if actor is not None and not home.is_school and source == Coverage.Source.HAND:
        row.state, row.decided_at, row.decided_by = _S.CONFIRMED, now(), actor
    row.save()
    row.organisations.set(list(organisations) or [home])
    record("coverage.register", row, actor=actor, organisation_id=home.pk, data={"source": source})
    put_coverage(row)
    settle(row, actor=actor)
    return row


@transaction.atomic
def change(
    coverage: Coverage, *, actor: Any, organisations: Iterable[Organisation] | None = None,
    expected: int | None = None, **values: Any,
) -> Coverage:  # fmt: skip
    """Correct what stands in the register. Raises NotAllowed, Conflict, DomainError."""
    row = locked(coverage.pk)
    must_be_open(row.edition)
    if not can_change(actor, row):
        if row.source == Coverage.Source.REPORT and registers_for(actor, row.home):
            raise NotAllowed(_("这条报道来自一日一报，请在报告里修改。"))
        raise NotAllowed(_("您不能修改“%(title)s”。") % {"title": row.title})
    must_be_version(row, expected)
    old = {name: str(getattr(row, name) or "") for name in ("title", "level", "link", "published_on", "outlet")}
    _fill(row, values)
    row.is_edited, row.version = True, row.version + 1
    row.save()
    if organisations is not None:
        row.organisations.set(list(organisations) or [row.home])
    record("coverage.change", row, actor=actor, organisation_id=row.home_id, data={"old": old})
    put_coverage(row)
    settle(row, actor=actor)
    return row


def _fill(row: Coverage, values: dict[str, Any]) -> None:
    title = " ".join(str(values.get("title", row.title)).split())
    if not title:
        raise DomainError(_("请填写报道的标题。"), field="title")
    day = values.get("published_on", row.published_on)
    if day is not None and day > today_in(row.edition.zone):
        raise DomainError(_("发布日期在今天以后，请核对。"), field="published_on")
    row.title, row.published_on = title[:200], day
    row.link, row.media = values.get("link", row.link) or "", values.get("media", row.media) or ""
    row.text = str(values.get("text", row.text) or "").replace("\0", "").replace("\r\n", "\n").strip()
    row.level = str(values.get("level", row.level) or "")
    if "outlet" in values:
        book = OutletBook(row.edition)
        row.level = row.level or book.level_of(values["outlet"])
        row.outlet = book.get(values["outlet"], row.level)
    if not row.level:
        raise DomainError(_("不认识这家媒体，请选择媒体级别。"), field="level")


@transaction.atomic
def attach_scan(coverage: Coverage, scan: StoredFile, *, actor: Any) -> None:
    """Show this scan instead of the one before. Raises NotAllowed."""
    row = locked(coverage.pk)
    must_be_open(row.edition)
    if not can_change(actor, row) and not registers_for(actor, row.home):
        raise NotAllowed(_("您不能修改“%(title)s”。") % {"title": row.title})
    _let_go(row, actor)
    row.scan = scan
    row.save(update_fields=["scan", "updated_at"])
    record("coverage.scan", row, actor=actor, organisation_id=row.home_id, data={"name": scan.name})


def _let_go(row: Coverage, actor: Any) -> None:
    """Release the scan that this row no longer shows, unless a report holds it."""
    old, row.scan = row.scan, None
    if old is not None:
        row.save(update_fields=["scan"])
        release_file(old, actor=actor)


@transaction.atomic
def confirm(coverage: Coverage, *, actor: Any) -> Coverage:
    """Say that it was published as it stands here."""
    return _decide(coverage, _S.CONFIRMED, actor, "")


@transaction.atomic
def reject(coverage: Coverage, *, actor: Any, remark: str) -> Coverage:
    """Say that it does not count, and why."""
    remark = clean_note(remark, required=_("请写明不计入的原因，登记单位会看到。"), field="remark")
    return _decide(coverage, _S.REJECTED, actor, remark[:500])


@transaction.atomic
def reconsider(coverage: Coverage, *, actor: Any) -> Coverage:
    """Take a decision back."""
    return _decide(coverage, _S.REGISTERED, actor, "")


def _decide(coverage: Coverage, state: str, actor: Any, remark: str) -> Coverage:
    row = locked(coverage.pk)
    must_be_open(row.edition)
    if not can_settle(actor, row):
        raise NotAllowed(_("报道由登记单位的上级审核员核实。"))
    if row.state == _S.WAITING:
        raise Conflict(_("这条报道所在的一日一报已退回，学校再次报送后才能核实。"), code="waiting")
    if row.state == state:
        raise Conflict(_("这条报道已是这个状态。请刷新查看。"), code="same")
    was, row.state, row.remark, row.by_report = row.state, state, remark, False
    row.decided_at, row.decided_by = now(), actor
    row.version += 1
    row.save()
    record(
        "coverage.decide", row, actor=actor, organisation_id=row.home_id, reason=remark, data={"was": was, "is": state}
    )
    if state == _S.REGISTERED:
        settle(row, actor=actor)
    return row


@transaction.atomic
def delete(coverage: Coverage, *, actor: Any) -> None:
    """Delete a row that was registered by mistake. Raises NotAllowed when anybody decided or merged."""
    row = locked(coverage.pk)
    if not can_delete(actor, row):
        raise NotAllowed(_("只能删除直接登记、还没有核实、也没有合并的报道。其他的请审核员标为“不计入”。"))
    record("coverage.delete", row, actor=actor, organisation_id=row.home_id)
    _let_go(row, actor)
    remove_texts(COVERAGE, [row.pk])
    row.delete()
