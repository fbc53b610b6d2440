"""What becomes of a mail, in one transaction: filed and perhaps handed in, or waiting; answered; people told (C8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.mailbox.domain.deciding import Answer, Plan, Waits
from skillweek.mailbox.domain.replying import key_prefix, reply
from skillweek.mailbox.models import InboundMail
from skillweek.mailbox.parsing.letter import Letter
from skillweek.notifications.domain import notify
from skillweek.organisations.access import DECIDING_ROLES, SUBMITTING_ROLES
from skillweek.organisations.models import Kind, User
from skillweek.organisations.queries import people_with
from skillweek.reports.access import can_file, can_submit
from skillweek.reports.domain.filing import ask_for_submission, submit_report
from skillweek.reports.findings import error_count, report_findings
from skillweek.reports.models import DailyReport, PackageImport, ReportItem

_S, _R = InboundMail.State, InboundMail.Reason
#: So many lines of one kind an answer holds.
_LINES: Final = 30
_VALUE: Final = 1900


@dataclass
class Filed:
    """What was put into a report: the import's outcome (None when there were only links), and the links."""

    report: DailyReport
    package: PackageImport | None
    letter: Letter
    links: list[str]


@transaction.atomic
def finish(mail: InboundMail, plan: Plan, filed: Filed) -> None:
    """Close the mail as filed: hand the report in where that is allowed, record, answer, tell the school."""
    locked = InboundMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if locked.state != _S.RECEIVED:
        return
    report = DailyReport.objects.select_related("edition", "organisation").get(pk=filed.report.pk)
    mail.state, mail.reason, mail.detail, mail.report = _S.FILED, "", "", report
    mail.submitted = _hand_in(mail, plan, report)
    report.refresh_from_db()
    mail.save()
    data = {"mail": str(mail.pk), "sender": mail.sender_email, "assigned_by": str(mail.assigned_by or "")}
    for verb, what in (("mailbox.file", mail), ("report.mailed", report)):
        audit.record(verb, what, actor=plan.by, organisation_id=report.organisation_id, data=data)
    items = _items(report, filed.package)
    said = {
        "school": report.organisation,
        "day": report.day,
        "count": len(items),
        "state": _state_words(mail, report),
    }
    # Somebody whose mail a person assigned learns nothing of the school that they do not belong to.
    if mail.sender is not None and can_file(mail.sender, report.organisation):
        reply(mail, "mailbox.filed", {**said, **_details(filed, items)}, url=_link(report))
    _tell_school(mail, said)
    if not mail.submitted and report.is_editable and not can_submit(plan.by, report):
        _ask(report, plan.by)


def _hand_in(mail: InboundMail, plan: Plan, report: DailyReport) -> bool:
    """Submit the report when nothing speaks against it: the sender is proved and may, all of it came by mail, no
    errors. What people typed there is theirs to hand in; a returned report too.
    """
    proved = mail.proof == InboundMail.Proof.PASS or settings.MAILBOX_PROOF == "off"
    if not settings.MAILBOX_SUBMIT or not proved or mail.assigned_by is not None or plan.by != mail.sender:
        return False
    if report.state != DailyReport.State.DRAFT or report.first_submitted_at or not can_submit(plan.by, report):
        return False
    if not _only_mailed(mail, report):
        return False
    try:
        with transaction.atomic():
            submit_report(report, by=plan.by, expected_version=report.version, arrived_at=mail.received_at)
    except DomainError:
        return False
    return True


def _only_mailed(mail: InboundMail, report: DailyReport) -> bool:
    packages = [*report.mails.exclude(package=None).values_list("package__outcome", flat=True)]
    packages += [mail.package.outcome] if mail.package else []
    mailed = {row["item"] for outcome in packages for row in outcome if row["item"]}
    live = {str(pk) for pk in report.items.filter(removed_at=None).values_list("client_id", flat=True)}
    return live <= mailed and not report.figures


def _items(report: DailyReport, package: PackageImport | None) -> list[ReportItem]:
    if package is None:
        return []
    ids = [row["item"] for row in package.outcome if row["item"] and row["outcome"] in ("added", "known")]
    return list(report.items.filter(client_id__in=ids, removed_at=None).select_related("file"))


def _details(filed: Filed, items: list[ReportItem]) -> dict[str, str]:
    findings = [
        f"· {found['message']}{found.get('todo', '')}"
        for item in items
        for found in item.findings
        if found.get("severity") in ("error", "warning")
    ]
    left = [f"· {name}：{why}" for name, why in _left(filed)]
    taken = [f"· {item.get_kind_display()}《{item}》" for item in items]
    links = filed.links or ([_("· 邮件提到了网盘或超大附件")] if filed.letter.large_files_said else [])
    return {
        "taken": _block("", taken),
        "findings": _block(_("检查结果："), findings),
        "left": _block(_("没有收下："), left),
        "links": _block(_("下面的大文件平台不会下载，请把文件直接作为附件寄来，或登录平台上传："), links),
    }


def _left(filed: Filed) -> Iterable[tuple[str, str]]:
    for row in filed.package.outcome if filed.package else []:
        if row["outcome"] in ("skipped", "refused"):
            yield row["path"], row["message"] or "".join(found["message"] for found in row["findings"])
    for problem in filed.letter.problems:
        yield problem.name, problem_words(problem.code, problem.detail)


def problem_words(code: str, detail: str = "") -> str:
    """Why a file of a mail was not taken, and what to do."""
    words = {
        "rar": _("rar 压缩包打不开，请改用 zip 压缩，或直接添加文件。"),
        "7z": _("7z 压缩包打不开，请改用 zip 压缩，或直接添加文件。"),
        "zip": _("压缩包里的文件打不开，请重新压缩成 zip，不要设密码。"),
        "tnef": _("winmail.dat 已损坏，请在 Outlook 里用纯文本或 HTML 格式重新寄送。"),
        "deep": _("压缩包或转发邮件套了太多层，请直接添加文件。"),
        "empty": _("文件是空的（0 字节），请重新添加。"),
        "many": _("文件太多，请分几封邮件寄送。"),
    }
    return (f"{detail}；" if detail else "") + words.get(code, "")


def _block(heading: str, lines: list[str]) -> str:
    """Lines under a heading, as many as an answer holds; empty when there are none."""
    if not lines:
        return ""
    shown = [heading] if heading else []
    length = len(heading)
    for number, line in enumerate(lines):
        if number >= _LINES or length + len(line) > _VALUE - 40:
            shown.append(_("· 另有 %(count)s 项，见平台。") % {"count": len(lines) - number})
            break
        shown.append(line)
        length += len(line) + 1
    return "\n".join(shown)


def _state_words(mail: InboundMail, report: DailyReport) -> str:
    if mail.submitted:
        late = _("收到时已过截止时间，标记为逾期。") if report.is_late else ""
        return _("报告已提交，等待审核。") + late
    items = list(report.items.filter(removed_at=None))
    errors = error_count([found for item in items for found in item.findings] + report_findings(report, items))
    if report.state == DailyReport.State.RETURNED:
        return _("报告此前被退回，材料已补充进去，请核对后重新提交。")
    if errors:
        return _("报告还是草稿，没有提交：有 %(count)s 处须修改。") % {"count": errors}
    return _("报告还是草稿，没有提交：请打开核对后提交。")


def _tell_school(mail: InboundMail, said: dict[str, Any]) -> None:
    """Whoever answers for the school's reports always learns of it, so that a forged mail is noticed."""
    assert mail.organisation is not None
    liaisons = people_with(SUBMITTING_ROLES, mail.organisation)
    notify(
        liaisons, kind="mailbox.told", context={"subject": mail.subject, "sender": mail.sender_email, **said},
        url=reverse("mailbox:mail", args=[mail.pk]), dedupe_key=f"{key_prefix(mail)}told:{mail.handled_at or ''}"[:160],
        organisation=mail.organisation,
    )  # fmt: skip


def _ask(report: DailyReport, by: User) -> None:
    try:
        with transaction.atomic():
            ask_for_submission(report, by=by)
    except DomainError:  # nobody else may hand in; the answer says so
        return


@transaction.atomic
def settle(mail: InboundMail, answer: Answer) -> None:
    """Have the earlier mail filed with what this one says was missing there; this one is done."""
    from skillweek.mailbox.tasks import file_mail

    earlier = InboundMail.objects.select_for_update(of=("self",)).get(pk=answer.earlier.pk)
    if earlier.state == _S.WAITING:
        earlier.organisation = answer.organisation or earlier.organisation
        earlier.day = answer.day or earlier.day
        earlier.state, earlier.reason, earlier.attempts, earlier.handled_at = _S.RECEIVED, "", 0, now()
        earlier.save()
        audit.record("mailbox.answered", earlier, actor=mail.sender, data={"mail": str(mail.pk)})
        file_mail.enqueue(str(earlier.pk))
    mail.state, mail.organisation, mail.day = _S.SETTLED, answer.organisation or earlier.organisation, earlier.day
    mail.save()
    audit.record("mailbox.settle", mail, actor=mail.sender, data={"mail": str(earlier.pk)})


@transaction.atomic
def wait(mail: InboundMail, why: Waits) -> None:
    """Close the mail as waiting for a person (programs' mails: as ignored), with the reason; ask the sender."""
    locked = InboundMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if locked.state != _S.RECEIVED:
        return
    mail.state = _S.IGNORED if why.reason == _R.AUTOMATIC else _S.WAITING
    mail.reason, mail.detail = why.reason, why.detail
    mail.save()
    audit.record("mailbox.wait", mail, organisation_id=mail.organisation_id, data={"reason": str(why.reason)})
    if why.reason == _R.AUTOMATIC:
        return
    if mail.assigned_by is None and why.reason not in (_R.BROKEN, _R.NO_LIAISON):
        stranger = mail.sender is None
        kind = "mailbox.unknown" if stranger else "mailbox.unclear"
        url = _link(mail.report) if mail.report and not stranger else ""
        reply(mail, kind, {"why": why.detail, "todo": why.todo}, url=url, stranger=stranger)
    _tell_host(mail)


def _tell_host(mail: InboundMail) -> None:
    people = User.objects.filter(
        is_active=True, memberships__organisation__kind=Kind.HOST, memberships__is_active=True,
        memberships__role__in=DECIDING_ROLES,
    ).distinct()  # fmt: skip
    context = {
        "subject": mail.subject or _("（无主题）"),
        "sender": mail.sender_email,
        "why": InboundMail.Reason(mail.reason).label,
    }
    notify(
        people, kind="mailbox.waiting", context=context, url=reverse("mailbox:mail", args=[mail.pk]),
        dedupe_key=f"{key_prefix(mail)}waiting", organisation=mail.organisation,
    )  # fmt: skip


def _link(report: DailyReport) -> str:
    return reverse("reports:file", kwargs={"organisation_id": report.organisation_id, "day": report.day})
