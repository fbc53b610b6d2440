"""From a mail to who files what about which day, or to why a person must look (C8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from skillweek.core.clock import today_in
from skillweek.editions.models import Edition
from skillweek.mailbox.domain.replying import answered_mail
from skillweek.mailbox.domain.taking import own_addresses
from skillweek.mailbox.models import InboundMail
from skillweek.mailbox.parsing.letter import Letter
from skillweek.mailbox.parsing.nature import is_automatic, proof_of
from skillweek.mailbox.understanding import day_of_mail, due_day, school_named
from skillweek.organisations.access import FILING_ROLES, SUBMITTING_ROLES
from skillweek.organisations.models import Organisation, User
from skillweek.reports.access import can_file, filing_schools
from skillweek.reports.models import DailyReport

_R, _P = InboundMail.Reason, InboundMail.Proof


class Waits(Exception):
    """A person must look, or the sender must say more. ``detail`` and ``todo`` are for the sender."""

    def __init__(self, reason: str, detail: str = "", todo: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail, self.todo = reason, detail, todo


@dataclass(frozen=True)
class Plan:
    """``by`` adds the mail's material to ``organisation``'s report about ``day``."""

    by: User
    edition: Edition
    organisation: Organisation
    day: date


@dataclass(frozen=True)
class Answer:
    """What a mail says that was missing in ``earlier``, about which we had asked."""

    earlier: InboundMail
    organisation: Organisation | None
    day: date | None


def look_at_sender(mail: InboundMail, letter: Letter) -> None:
    """Fill in who sent it and whether that is proved. Raises Waits for programs and, by MAILBOX_PROOF, for forgers."""
    mail.proof = proof_of(
        letter.headers, letter.from_email, server=settings.MAILBOX_AUTH_SERVER, hops=settings.MAILBOX_AUTH_HOPS
    )
    mail.sender = User.objects.filter(email__iexact=letter.from_email, is_active=True).first()
    if mail.assigned_by is not None:
        return
    if is_automatic(letter, own_addresses()):
        raise Waits(_R.AUTOMATIC)
    strict = settings.MAILBOX_PROOF == "strict" and mail.proof != _P.PASS
    if mail.sender is not None and (strict or (settings.MAILBOX_PROOF != "off" and mail.proof == _P.FAIL)):
        raise Waits(
            _R.FORGED,
            _("邮件服务器没有确认这封邮件确实由您的邮箱发出。"),
            _("请直接用登记的邮箱寄送（不要代发或自动转发），或登录平台填报。"),
        )
    if mail.sender is None:
        raise Waits(_R.UNKNOWN_SENDER)


def answer_in(mail: InboundMail, letter: Letter) -> Answer | None:
    """The missing word about an earlier mail of the same sender, when this one brings nothing else; None otherwise."""
    earlier = answered_mail(letter.references)
    edition = mail.edition or Edition.objects.current()
    if earlier is None or edition is None or letter.files or earlier.sender_email != mail.sender_email:
        return None
    if earlier.state != InboundMail.State.WAITING or mail.sender is None:
        return None
    day = day_of_mail("", letter.text, [], edition, mail.received_at).day
    school = earlier.organisation or school_named(filing_schools(mail.sender), [letter.text])
    told = {_R.WHICH_DAY: day, _R.WHICH_SCHOOL: school}.get(_R(earlier.reason))
    return Answer(earlier, school, day) if told is not None else None


def plan_for(mail: InboundMail, letter: Letter) -> Plan:
    """Who files what. What a person or an earlier mail said (``mail.organisation``, ``mail.day``) stands.

    Raises Waits.
    """
    edition = mail.edition = mail.edition or Edition.objects.current()
    if edition is None or edition.state != Edition.State.OPEN:
        raise Waits(_R.NO_EDITION, _("现在没有开放填报的活动周。"), _("活动周开放后，请重新寄送。"))
    earlier = answered_mail(letter.references)
    if earlier is not None and earlier.sender_email != mail.sender_email:
        earlier = None
    mail.organisation = mail.organisation or _school(mail, letter, earlier)
    day = mail.day or _day(mail, letter, edition, earlier)
    return Plan(_acting(mail), edition, mail.organisation, day)


def _school(mail: InboundMail, letter: Letter, earlier: InboundMail | None) -> Organisation:
    schools = filing_schools(mail.sender)
    if not schools:
        raise Waits(
            _R.NOT_FILING, _("您不是学校的填报人员。"), _("请学校联络员用登记的邮箱寄送，或请管理员把您加为填报人员。")
        )
    if len(schools) == 1:
        return schools[0]
    names = [one.path for one in letter.files]
    found = next(
        (one for texts in ([letter.subject], [letter.text], names) if (one := school_named(schools, texts))), None
    )
    if found is None and earlier is not None and earlier.organisation in schools:
        found = earlier.organisation
    if found is None:
        listed = _("、").join(school.name for school in schools)
        raise Waits(
            _R.WHICH_SCHOOL,
            _("您负责几所学校（%(schools)s），邮件里看不出是哪一所。") % {"schools": listed},
            _("请回复这封邮件，写明学校全称。"),
        )
    return found


def _day(mail: InboundMail, letter: Letter, edition: Edition, earlier: InboundMail | None) -> date:
    names = [one.path for one in letter.files]
    answering = earlier is not None
    said = day_of_mail("" if answering else letter.subject, letter.text, names, edition, mail.received_at)
    if said.day is None and not said.candidates and answering:
        said = day_of_mail(letter.subject, "", [], edition, mail.received_at)
    day = said.day
    if day is None and not said.candidates and earlier is not None:
        day = earlier.day
    if day is None and not said.candidates:
        day = _due(mail, edition)
    if day is None:
        raise Waits(_R.WHICH_DAY, _which_day(said.candidates), _("请回复这封邮件，写明活动日期，例如“5月14日”。"))
    if day > today_in(edition.zone):
        text = _("%(day)s还没有到，材料先保存着。") % {"day": date_format(day, "MONTH_DAY_FORMAT")}
        raise Waits(_R.WHICH_DAY, text, _("如果日期写错了，请回复这封邮件写明日期；否则请在当天重新寄送。"))
    return day


def _which_day(candidates: tuple[date, ...]) -> str:
    if not candidates:
        return _("邮件里看不出是哪一天的材料。")
    listed = _("、").join(date_format(day, "MONTH_DAY_FORMAT") for day in candidates)
    return _("邮件里提到了几个日期（%(days)s），看不出是哪一天的材料。") % {"days": listed}


def _due(mail: InboundMail, edition: Edition) -> date | None:
    """The day due by the noon rule, when nothing of it was handed in yet: then nothing else can be meant."""
    day = due_day(edition, mail.received_at)
    if day is None:
        return None
    handed_in = (DailyReport.State.SUBMITTED, DailyReport.State.ACCEPTED)
    reports = DailyReport.objects.filter(edition=edition, organisation=mail.organisation, day=day)
    return None if reports.filter(state__in=handed_in).exists() else day


def _acting(mail: InboundMail) -> User:
    """In whose name it is filed: the person who assigned it or the sender, if they write the school's reports; else,
    when a reviewer assigned it, its liaison, who is told. The decision itself stays recorded as the reviewer's.
    """
    assert mail.organisation is not None
    for person in (mail.assigned_by, mail.sender):
        if person is not None and can_file(person, mail.organisation):
            return person
    if mail.assigned_by is not None:
        for roles in (SUBMITTING_ROLES, FILING_ROLES):
            held = {"memberships__is_active": True, "memberships__role__in": roles}
            people = User.objects.filter(is_active=True, memberships__organisation=mail.organisation, **held)
            found = people.order_by("pk").first()
            if found is not None:
                return found
        raise Waits(_R.NO_LIAISON, _("这所学校还没有填报人员，请先邀请联络员。"))
    raise Waits(_R.NOT_FILING, _("您不是“%(school)s”的填报人员。") % {"school": mail.organisation})
