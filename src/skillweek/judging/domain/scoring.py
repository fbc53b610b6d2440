"""What a juror does: score, declare a conflict of interest (E1, E10)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.judging.domain.common import locked
from skillweek.judging.models import Criterion, Declared, Juror, Panel, Score, Sheet, Work
from skillweek.judging.queries.progress import barred


def _judging(juror: Juror, work: Work) -> tuple[Panel, Juror]:
    """The panel and the juror, locked. Raises what forbids this juror to judge this work now."""
    panel = locked(juror.panel_id)
    must_be_open(panel.edition)
    row = Juror.objects.select_for_update(of=("self",)).get(pk=juror.pk)
    if row.removed_at is not None or work.panel_id != panel.pk:
        raise NotAllowed(_("您不在这个评审的评委名单里。"))
    if panel.state != Panel.State.OPEN:
        raise Conflict(_("评审已经结束，评分不能再改。"), code="closed")
    if work.withdrawn_at is not None:
        raise Conflict(_("这件作品已经退出。"), code="withdrawn")
    return panel, row


def clean_value(text: str, criterion: Criterion) -> Decimal | None:
    """Points that somebody typed, None for nothing. Raises DomainError (field ``score-<id>``)."""
    text = text.strip().replace("，", ".").replace("。", ".")
    if not text:
        return None
    limits = {"name": criterion.name, "most": criterion.maximum}
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= criterion.maximum or value != value.quantize(Decimal("0.1")):
        message = _("“%(name)s”请填 0 到 %(most)d，最多一位小数。")
        raise DomainError(message % limits, field=f"score-{criterion.pk}")
    return value


@transaction.atomic
def save_sheet(
    juror: Juror, work: Work, *, values: Mapping[int, str], comment: str, is_done: bool, expected: int | None = None
) -> Sheet:
    """Keep what the juror has so far; ``is_done`` hands it in. Raises NotAllowed (a conflict of interest), Conflict
    (closed, or changed in another window), DomainError (a field, or something is missing).

    A sheet that was handed in and is changed stays handed in as long as it is complete.
    """
    panel, row = _judging(juror, work)
    if work.pk in barred(row, [work]):
        raise NotAllowed(_("这件作品需要您回避，请评下一件。"))
    criteria = list(panel.criteria.all())
    points = {each.pk: clean_value(values.get(each.pk, ""), each) for each in criteria}
    sheet = Sheet.objects.select_for_update().filter(juror=row, work=work).first() or Sheet(
        juror=row, work=work, version=0
    )
    comment = comment.replace("\0", "").strip()[:2000]
    # A page that hands in while its own last keeping is still under way says the same twice: that is no conflict.
    if expected is not None and sheet.version != expected and not _is_same(sheet, points, comment):
        raise Conflict(_("您在另一个窗口里改过这份评分。请刷新，看过最新内容再改。"), code="changed")
    is_complete = None not in points.values()
    if is_done and not is_complete:
        raise DomainError(_("还有评分项没有打分。已填的都保存着。"), code="incomplete")
    before = sheet.state
    done = is_complete and (is_done or sheet.state == Sheet.State.DONE)
    sheet.comment = comment
    sheet.state = Sheet.State.DONE if done else Sheet.State.DRAFT
    sheet.done_at = (sheet.done_at or now()) if done else None
    sheet.version += 1
    sheet.save()
    sheet.scores.exclude(criterion__in=[pk for pk, value in points.items() if value is not None]).delete()
    for pk, value in points.items():
        if value is not None:
            Score.objects.update_or_create(sheet=sheet, criterion_id=pk, defaults={"value": value})
    if done or before == Sheet.State.DONE:
        record("sheet.done" if done else "sheet.undone", sheet, actor=row.user, organisation_id=panel.organisation_id)
    return sheet


def _is_same(sheet: Sheet, points: Mapping[int, Decimal | None], comment: str) -> bool:
    kept = {score.criterion_id: score.value for score in sheet.scores.all()} if sheet.pk else {}
    return sheet.comment == comment and kept == {pk: value for pk, value in points.items() if value is not None}


@transaction.atomic
def declare(juror: Juror, work: Work, *, reason: str) -> Declared:
    """The juror may not judge this work: their scores for it go. Raises NotAllowed, Conflict. Twice is once."""
    panel, row = _judging(juror, work)
    made, is_new = Declared.objects.get_or_create(
        juror=row, work=work, defaults={"reason": reason.replace("\0", "").strip()[:200]}
    )
    if is_new:
        Sheet.objects.filter(juror=row, work=work).delete()
        record("juror.conflict", work, actor=row.user, organisation_id=panel.organisation_id, data={"juror": row.pk})
    return made


@transaction.atomic
def take_back(juror: Juror, work: Work) -> None:
    """The declaration was a mistake. Raises NotAllowed, Conflict."""
    panel, row = _judging(juror, work)
    if Declared.objects.filter(juror=row, work=work).delete()[0]:
        record("juror.no_conflict", work, actor=row.user, organisation_id=panel.organisation_id, data={"juror": row.pk})
