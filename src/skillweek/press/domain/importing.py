"""A table of coverage: kept, looked at, and entered exactly as it was shown (D4)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now, today_in
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.press.access import registers_for
from skillweek.press.domain.outlets import OutletBook
from skillweek.press.domain.register import register
from skillweek.press.matching import name_key, title_key, url_key
from skillweek.press.models import Coverage, CoverageUpload
from skillweek.press.queries.coverage import units_named, unknown_units
from skillweek.press.transfer import COLUMNS, level_words, media_words, read_coverage, read_day


@dataclass
class Outcome:
    """What becomes of one row: ``action`` is ``new``, ``same`` or ``error``."""

    row: int
    title: str
    action: str = "new"
    problems: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    units: list[Organisation] = field(default_factory=list)

    def fail(self, key: str, text: str) -> None:
        """Note what is wrong in one cell."""
        self.problems.append((COLUMNS[key][0], text))
        self.action = "error"


def keep_upload(actor: Any, home: Organisation, edition: Edition, *, name: str, content: bytes) -> CoverageUpload:
    """Read the file and keep its rows. Raises NotAllowed, DomainError (field ``file``)."""
    must_be_open(edition)
    if not registers_for(actor, home):
        raise NotAllowed(_("您不能为“%(name)s”登记媒体报道。") % {"name": home})
    rows = read_coverage(content)
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
        mark = (name_key(outlet.name if outlet else each.values["outlet"]), title_key(each.title),
                each.values["published_on"])  # fmt: skip
        if (link and link in links) or mark in same:
            each.action, each.note = "same", _("登记表里已有，不重复登记。")
        links.add(link)
        same.add(mark)
    return outcomes


def _plan(row: dict[str, Any], edition: Edition, book: OutletBook) -> Outcome:
    cells = row["cells"]
    found = Outcome(row["row"], cells.get("title", ""))
    for key in ("title", "outlet", "published_on"):
        if not cells.get(key):
            found.fail(key, _("请填写。"))
    day = _day(found, cells.get("published_on", ""), edition)
    level, media = cells.get("level", ""), cells.get("media", "")
    if level and level not in level_words():
        found.fail("level", _("请填：%(words)s。") % {"words": "、".join(level_words())})
    if not level and not book.level_of(cells.get("outlet", "")):
        found.fail("level", _("不认识这家媒体，请填写级别。"))
    if media and media not in media_words():
        found.fail("media", _("请填：%(words)s。") % {"words": "、".join(media_words())})
    link = cells.get("link", "")
    try:
        if link:
            URLValidator(["http", "https"])(link)
    except ValidationError:
        found.fail("link", _("这不是完整的网址，应以 http:// 或 https:// 开头。"))
    found.units, unknown = units_named(cells.get("units", ""))
    if unknown:
        found.fail("units", unknown_units(unknown))
    found.values = {
        "title": found.title[:200], "outlet": cells.get("outlet", "")[:120], "published_on": day,
        "level": level_words().get(level, ""), "media": media_words().get(media, ""), "link": link[:500],
    }  # fmt: skip
    return found


def _day(found: Outcome, text: str, edition: Edition) -> date | None:
    day = read_day(text, edition.days) if text else None
    if text and day is None:
        found.fail("published_on", _("看不懂这个日期，请写成 2023-05-14。"))
    elif day is not None and day > today_in(edition.zone):
        found.fail("published_on", _("发布日期在今天以后，请核对。"))
    return day


def digest(outcomes: list[Outcome]) -> str:
    """A mark of exactly this plan: equal when, and only when, confirming does the same."""
    plain = [[row.row, row.action, row.values, [unit.pk for unit in row.units]] for row in outcomes]
    return hashlib.sha256(json.dumps(plain, default=str, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def confirm_import(upload: CoverageUpload, *, seen: str) -> int:
    """Enter what was shown; return how many rows. Raises Conflict when the plan is another by now."""
    fresh = CoverageUpload.objects.select_for_update(of=("self",)).select_related("edition", "home", "user").get(
        pk=upload.pk
    )  # fmt: skip
    if fresh.confirmed_at is not None:
        raise Conflict(_("这份表格已经导入过了。"), code="done")
    outcomes = dry_run(fresh)
    if digest(outcomes) != seen:
        raise Conflict(_("登记表刚刚有变化，结果与您看到的不同。请看过新的预检结果再确认。"), code="changed")
    for each in outcomes:
        if each.action == "new":
            try:
                register(fresh.edition, fresh.home, actor=fresh.user, organisations=each.units, **each.values)
            except DomainError as error:
                raise DomainError(
                    _("第 %(row)s 行：%(why)s") % {"row": each.row, "why": error.message}, code=error.code
                ) from error
            fresh.made += 1
    fresh.confirmed_at = now()
    fresh.save(update_fields=["made", "confirmed_at"])
    record("coverage.import", fresh, actor=fresh.user, organisation_id=fresh.home_id, data={"made": fresh.made})
    return fresh.made
