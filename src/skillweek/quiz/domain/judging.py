"""What an organiser decides about attempts, and certificates for those who passed (E2)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.clock import now
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.participation import telling
from skillweek.participation.domain import certificates
from skillweek.participation.models import Certificate
from skillweek.quiz import access
from skillweek.quiz.domain.common import tidy_line
from skillweek.quiz.models import Attempt


def _locked(pk: int) -> Attempt:
    rows = Attempt.objects.select_for_update(of=("self",))
    return rows.select_related("quiz__edition", "quiz__organisation", "participant", "certificate").get(pk=pk)


@transaction.atomic
def hide_attempt(attempt: Attempt, *, actor: Any, reason: str, url: str = "") -> Attempt:
    """Take it off every board and out of the figures, take its certificate back, and tell the person why.

    Raises NotAllowed, DomainError without a reason.
    """
    attempt = _locked(attempt.pk)
    must_be_open(attempt.quiz.edition)
    if not access.can_judge(actor, attempt):
        raise NotAllowed(_("您不能处理这场竞答的成绩。"))
    reason = tidy_line(reason, 200)
    if not reason:
        raise DomainError(_("请写明原因，答题人会看到。"), field="reason")
    if attempt.hidden_at is not None:
        return attempt
    attempt.hidden_at, attempt.hidden_by, attempt.hidden_reason = now(), actor, reason
    attempt.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "updated_at"])
    if attempt.certificate is not None and attempt.certificate.revoked_at is None:
        certificates.revoke(attempt.certificate, actor=actor, reason=reason, by_rule=True)
    organisation = attempt.quiz.organisation_id
    record("quiz.hide", attempt, actor=actor, organisation_id=organisation, reason=reason)
    telling.tell(
        attempt.participant,
        kind="quiz.hidden",
        url=url,
        dedupe_key=f"quiz:hidden:{attempt.pk}:{int(attempt.hidden_at.timestamp())}",
        context={"title": attempt.quiz.title, "reason": reason},
    )
    return attempt


@transaction.atomic
def unhide_attempt(attempt: Attempt, *, actor: Any) -> Attempt:
    """Put it back on the board; a certificate that was taken back stays so and may be asked for anew."""
    attempt = _locked(attempt.pk)
    must_be_open(attempt.quiz.edition)
    if not access.can_judge(actor, attempt):
        raise NotAllowed(_("您不能处理这场竞答的成绩。"))
    if attempt.hidden_at is not None:
        attempt.hidden_at, attempt.hidden_by, attempt.hidden_reason = None, None, ""
        attempt.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "updated_at"])
        record("quiz.unhide", attempt, actor=actor, organisation_id=attempt.quiz.organisation_id)
    return attempt


@transaction.atomic
def take_certificate(attempt: Attempt, *, holder: str) -> Certificate:
    """The certificate of a passed round, made out once to the name given first. Raises DomainError."""
    attempt = _locked(attempt.pk)
    if attempt.certificate is not None and attempt.certificate.revoked_at is None:
        return attempt.certificate
    must_be_open(attempt.quiz.edition)
    holder = tidy_line(holder, 30)
    if attempt.state != Attempt.State.FINISHED or not attempt.passed or attempt.hidden_at is not None:
        raise DomainError(_("答题合格后才能领取证书。"))
    if not holder:
        raise DomainError(_("请填写证书上的姓名。"), field="holder")
    key = f"quiz:attempt:{attempt.pk}"
    if attempt.certificate is not None:  # taken back once, and then the round was put back
        key = f"{key}:{attempt.certificate_id}"
    quiz = attempt.quiz
    said = {"score": attempt.score, "correct": attempt.correct, "total": attempt.total}
    certificate = certificates.issue(
        quiz.edition,
        quiz.organisation,
        kind="quiz",
        holder=holder,
        participant=attempt.participant,
        key=key,
        title=quiz.certificate_title or quiz.title,
        lines=[
            *([quiz.title] if quiz.certificate_title else []),
            _("得分 %(score)d 分（%(total)d 题答对 %(correct)d 题），成绩合格。") % said,
        ],
    )
    attempt.certificate = certificate
    attempt.save(update_fields=["certificate", "updated_at"])
    return certificate
