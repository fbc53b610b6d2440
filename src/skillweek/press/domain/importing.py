"""A table of coverage: kept, looked at, and entered exactly as it was shown (D4)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.activities.transfer.reading import read_day
from skillweek.core.audit import record
from skillweek.core.clock import today_in
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.core.tables.plan import Outcome, as_shown, locked
from skillweek.core.tables.reading import Row, read_rows
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.press.access import registers_for
from skillweek.press.domain.outlets import OutletBook
from skillweek.press.domain.register import register
from skillweek.press.matching import name_key, title_key, url_key
from skillweek.press.models import Coverage, CoverageUpload
from skillweek.press.queries.coverage import units_named, unknown_units
from skillweek.press.transfer import LAYOUT, level_words, media_words


def keep_upload(actor: Any, home: Organisation, edition: Edition, *, name: str, content: bytes) -> CoverageUpload:
    """Read the file and keep its rows. Raises NotAllowed, DomainError (field ``file``)."""
    must_be_open(edition)
    if not registers_for(actor, home):
        raise NotAllowed(_("您不能为“%(name)s”登记媒体报道。") % {"name": home})
    rows = read_rows(content, LAYOUT)
    return CoverageUpload.objects.create(user=actor, edition=edition, home=home, name=name[:200], rows=rows)


def dry_run(upload: CoverageUpload) -> list[Outcome]:
    """What would become of each row now. Writes nothing."""
    known = Coverage.objects.filter(edition=upload.edition)
    links = {key for key in known.values_list("link_key", flat=True) if key}
    same = {
        (name_key(outlet or ""), title, day)
        for outlet, title, day in known.values_list("outlet__name", "title_key", "published_on")
    }
    book = OutletBook(upload.edition)
    outcomes = [_plan(row, upload.edition, book) for row in upload.rows]
    for each in outcomes:
        if each.action == "error":
            continue
        link = url_key(each.values["link"])
        outlet = book.find(each.values["outlet"])
        mark = (name_key(outlet.name if outlet else each.values["outlet"]), title_key(each.values["title"]),
                each.values["published_on"])  # fmt: skip
        if (link and link in links) or mark in same:
            each.action, each.note = "same", _("登记表里已有，不重复登记。")
        links.add(link)
        same.add(mark)
    return outcomes


def _plan(row: Row, edition: Edition, book: OutletBook) -> Outcome:
    found = Outcome.of(LAYOUT, row)
    found.need("title", "outlet", "published_on")
    day = _day(found, edition)
    level, media = found.one_of("level", level_words()), found.one_of("media", media_words())
    if not found.get("level") and not book.level_of(found.get("outlet")):
        found.fail("level", _("不认识这家媒体，请填写级别。"))
    link = found.get("link")
    try:
        if link:
            URLValidator(["http", "https"])(link)
    except ValidationError:
        found.fail("link", _("这不是完整的网址，应以 http:// 或 https:// 开头。"))
    units, unknown = units_named(found.get("units"))
    if unknown:
        found.fail("units", unknown_units(unknown))
    found.values = {
        "title": found.get("title")[:200], "outlet": found.get("outlet")[:120], "published_on": day,
        "level": level, "media": media, "link": link[:500], "organisations": units,
    }  # fmt: skip
    return found


def _day(found: Outcome, edition: Edition) -> date | None:
    text = found.get("published_on")
    day = read_day(text, edition.days) if text else None
    if text and day is None:
        found.fail("published_on", _("看不懂这个日期，请写成 2023-05-14。"))
    elif day is not None and day > today_in(edition.zone):
        found.fail("published_on", _("发布日期在今天以后，请核对。"))
    return day


@transaction.atomic
def confirm_import(upload: CoverageUpload, *, seen: str) -> int:
    """Enter what was shown; return how many rows. Raises Conflict when the plan is another by now."""
    rows = CoverageUpload.objects.select_related("edition", "home", "user")
    fresh = locked(rows, upload.pk)
    stale = _("登记表刚刚有变化，结果与您看到的不同。请看过新的预检结果再确认。")
    for each in as_shown(dry_run(fresh), seen, stale=stale):
        if each.action == "new":
            try:
                register(fresh.edition, fresh.home, actor=fresh.user, **each.values)
            except DomainError as error:
                raise DomainError(
                    _("第 %(row)s 行：%(why)s") % {"row": each.row, "why": error.message}, code=error.code
                ) from error
            fresh.made += 1
    fresh.mark_entered()
    record("coverage.import", fresh, actor=fresh.user, organisation_id=fresh.home_id, data={"made": fresh.made})
    return fresh.made
