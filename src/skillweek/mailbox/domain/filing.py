"""One mail from raw bytes to its school's report, its answer, and who is told (C8).

Every step may be interrupted and done again: the package made of a mail always has the same bytes, what is imported
has ids that follow from them, and the end is one transaction.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import IntegrityError
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.mailbox.domain.deciding import Plan, Waits, answer_in, look_at_sender, plan_for
from skillweek.mailbox.domain.outcome import Filed, finish, settle, wait
from skillweek.mailbox.models import InboundMail
from skillweek.mailbox.packing import write_package
from skillweek.mailbox.parsing.letter import Letter, TooLarge, read_letter
from skillweek.reports.domain.drafts import SetText, save_changes
from skillweek.reports.domain.filing import open_report
from skillweek.reports.domain.importing import begin_import, run_import
from skillweek.reports.domain.values import LENGTHS, clean_text
from skillweek.reports.models import DailyReport, PackageImport, ReportItem
from skillweek.uploads import storage
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile

log = logging.getLogger("skillweek.mailbox")
_S, _R = InboundMail.State, InboundMail.Reason
_NAMES: Final = uuid5(NAMESPACE_URL, "skillweek:mail-package")
#: A mail whose filing broke or killed its worker so often waits for a person.
MAX_ATTEMPTS: Final = 3
#: A mail untouched for so long lost its task.
_LOST: Final = timedelta(minutes=15)
#: What a mail may unpack to, beside the size of the mail itself.
_UNPACKED: Final = 20


def process(mail_id: UUID) -> None:
    """File the mail if it is still to be filed. Safe to run twice and after a crash anywhere."""
    waiting = InboundMail.objects.filter(pk=mail_id, state=_S.RECEIVED)
    if not waiting.update(attempts=F("attempts") + 1, updated_at=now()):
        return
    related = ("edition", "sender", "organisation", "report", "package", "assigned_by")
    mail = InboundMail.objects.select_related(*related).get(pk=mail_id)
    with translation.override(settings.LANGUAGE_CODE):
        if mail.attempts > MAX_ATTEMPTS:
            wait(mail, Waits(_R.BROKEN))
            return
        try:
            _file(mail)
        except Waits as why:
            wait(mail, why)
        except Exception:
            log.exception("mail %s broke", mail.pk)
            if mail.attempts >= MAX_ATTEMPTS:
                wait(mail, Waits(_R.BROKEN))


def resume() -> int:
    """Queue the mails whose task was lost; return how many."""
    from skillweek.mailbox.tasks import file_mail

    lost = InboundMail.objects.filter(state=_S.RECEIVED, updated_at__lt=now() - _LOST)
    ids = list(lost.values_list("pk", flat=True)[:200])
    for mail_id in ids:
        file_mail.enqueue(str(mail_id))
    return len(ids)


def _file(mail: InboundMail) -> None:
    if mail.reason == _R.TOO_LARGE and not mail.assigned_by_id:
        raise _too_large()
    if not mail.key:
        raise Waits(_R.REFUSED, _("原邮件已按保存期限清除。"))
    try:
        with storage.local_copy(mail.key) as (path, _digest), storage.temporary_folder() as folder:
            letter = read_letter(path, folder, max_bytes=_UNPACKED * settings.MAILBOX_MAX_BYTES)
            _note(mail, letter)
            look_at_sender(mail, letter)
            if (answer := answer_in(mail, letter)) is not None:
                settle(mail, answer)
                return
            plan = plan_for(mail, letter)
            filed = _put_into_report(mail, letter, plan, folder / "package.zip")
    except TooLarge:
        raise Waits(_R.REFUSED, _("附件解压后太大，没有打开。"), _("请分几封邮件寄送，或登录平台上传。")) from None
    except (FileNotFoundError, ClientError, BotoCoreError) as error:
        log.exception("the raw mail of %s cannot be read", mail.pk)
        raise Waits(_R.BROKEN) from error
    finish(mail, plan, filed)


def _too_large() -> Waits:
    limit = settings.MAILBOX_MAX_BYTES // (1024 * 1024)
    return Waits(
        _R.TOO_LARGE,
        _("邮件超过 %(limit)s MB，没有收下附件。") % {"limit": limit},
        _("请分几封邮件寄送，或登录平台上传。"),
    )


def _note(mail: InboundMail, letter: Letter) -> None:
    """Keep on the row what people are to see without opening the raw mail again."""
    mail.text = clean_text(letter.full_text)[:20_000]
    mail.attachments = [{"name": clean_text(one.path), "size": one.size} for one in letter.files]
    mail.problems = [{"name": clean_text(one.name), "code": one.code, "detail": one.detail} for one in letter.problems]
    mail.links = [{"store": link.store, "url": link.url} for link in letter.links]


def _put_into_report(mail: InboundMail, letter: Letter, plan: Plan, target: Path) -> Filed:
    mail.day = plan.day
    try:
        report = open_report(plan.by, plan.organisation, plan.edition, plan.day)
    except DomainError as error:
        raise Waits(_R.REFUSED, error.message) from error
    mail.report = report
    count = write_package(letter, plan.edition, target)
    if not count and not letter.links:
        raise _nothing(letter)
    if not report.is_editable and not _was_ours(mail):
        raise Waits(
            _R.REPORT_CLOSED,
            _("这一天的报告%(state)s，没有改动它。") % {"state": report.get_state_display()},
            _("需要补充的，请登录平台撤回报告后再寄，或联系审核人退回。"),
        )
    package = _import(mail, report, plan, target) if count else None
    links = _note_links(report, letter, plan) if letter.links and report.is_editable else []
    return Filed(report, package, letter, links)


def _nothing(letter: Letter) -> Waits:
    if letter.problems:
        named = _("、").join(one.name for one in letter.problems[:5])
        why = _("附件打不开（%(names)s）。") % {"names": named}
        return Waits(_R.NO_MATERIAL, why, _("请把材料直接添加为附件，或压缩成 zip（不要用 rar、7z，不要设密码）再寄。"))
    if letter.large_files_said:
        return Waits(
            _R.NO_MATERIAL,
            _("邮件里只提到了网盘或超大附件，平台不会下载。"),
            _("请把文件直接作为附件寄来，或登录平台上传。"),
        )
    return Waits(_R.NO_MATERIAL, _("邮件里没有附件，正文也不够一篇稿件。"), _("请把照片、视频、稿件作为附件寄来。"))


def _was_ours(mail: InboundMail) -> bool:
    """Whether this very mail was imported before it was interrupted."""
    return mail.package is not None and mail.package.state in (PackageImport.State.DONE, PackageImport.State.FAILED)


def _import(mail: InboundMail, report: DailyReport, plan: Plan, path: Path) -> PackageImport:
    file_id = uuid5(_NAMES, f"{mail.pk}/{report.pk}")
    try:
        file = StoredFile.objects.filter(pk=file_id).first() or store_local_file(
            path, edition=plan.edition, organisation=plan.organisation, user=plan.by, kind=StoredFile.Kind.OTHER,
            name=_("邮件") + f"：{mail.subject or mail.sender_email}"[:150] + ".zip", file_id=file_id,
        )  # fmt: skip
    except IntegrityError:
        file = StoredFile.objects.get(pk=file_id)
    except DomainError as error:
        raise Waits(_R.REFUSED, error.message) from error
    package = begin_import(report, file, by=plan.by, queued=False)
    mail.package = package
    InboundMail.objects.filter(pk=mail.pk).update(package=package, report=report)
    run_import(package.pk)
    package.refresh_from_db()
    _check_files(package)
    if package.state == PackageImport.State.FAILED and not _added(package):
        raise Waits(_R.REFUSED, package.message)
    return package


def _added(package: PackageImport) -> bool:
    return any(row["outcome"] in ("added", "known") for row in package.outcome)


def _check_files(package: PackageImport) -> None:
    """Check what came in full now: the answer names what is really wrong."""
    items = [row["item"] for row in package.outcome if row["item"]]
    checking = {"file__state": StoredFile.State.CHECKING, "removed_at": None}
    ids = ReportItem.objects.filter(report=package.report, client_id__in=items, **checking)
    for file_id in ids.values_list("file_id", flat=True):
        check_stored_file(file_id)


def _note_links(report: DailyReport, letter: Letter, plan: Plan) -> list[str]:
    """Write where large files lie into the report's note, behind what stands there; return the lines."""
    lines = [f"{link.store} {link.url}" for link in letter.links]
    report.refresh_from_db(fields=["note"])
    missing = [line for line, link in zip(lines, letter.links, strict=True) if link.url not in report.note]
    heading = _("邮件里的大文件链接（平台没有下载，请把文件直接上传）：")
    note = "\n".join(part for part in (report.note, heading if missing else "", *missing) if part)
    if missing and len(note) <= LENGTHS["note"]:
        change: Any = SetText(op="set", field="note", base=report.note, value=note)
        save_changes(report, [change], by=plan.by)
    return lines
