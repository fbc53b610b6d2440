"""What the mailbox's pages show, already in words (C8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from skillweek.core import audit
from skillweek.mailbox.access import visible_to
from skillweek.mailbox.domain.outcome import problem_words
from skillweek.mailbox.domain.replying import key_prefix
from skillweek.mailbox.models import InboundMail
from skillweek.mailbox.understanding import days_in
from skillweek.notifications import kinds
from skillweek.notifications.models import Delivery
from skillweek.organisations.access import can_review, has_role, scope_of, subtree_q
from skillweek.organisations.models import Organisation, User
from skillweek.reports.access import filing_schools

_S = InboundMail.State
#: The lists of the page: code → (label, states). The first one is where work waits.
LISTS: Final[dict[str, tuple[Any, tuple[str, ...]]]] = {
    "waiting": (_("待处理"), (_S.WAITING,)),
    "filed": (_("已归入"), (_S.RECEIVED, _S.FILED, _S.SETTLED, _S.UNDONE)),
    "other": (_("自动邮件、已退回、垃圾"), (_S.IGNORED, _S.REJECTED, _S.SPAM)),
}
#: state → (icon, tone).
LOOKS: Final = {
    _S.RECEIVED: ("arrow-repeat", "sky"),
    _S.FILED: ("check-circle-fill", "leaf"),
    _S.WAITING: ("hourglass-split", "flame"),
    _S.IGNORED: ("robot", "stone"),
    _S.REJECTED: ("arrow-return-left", "stone"),
    _S.SPAM: ("slash-circle", "stone"),
    _S.UNDONE: ("arrow-counterclockwise", "gold"),
    _S.SETTLED: ("check2", "leaf"),
}
_VERBS: Final = {
    "mailbox.take": _("收到邮件"),
    "mailbox.file": _("归入一日一报"),
    "mailbox.wait": _("转人工处理"),
    "mailbox.answered": _("发件人补充了信息"),
    "mailbox.settle": _("补充的信息已用到原邮件"),
    "mailbox.assign": _("指定学校和日期"),
    "mailbox.retry": _("重新处理"),
    "mailbox.reject": _("退回发件人"),
    "mailbox.spam": _("标为垃圾邮件"),
    "mailbox.reopen": _("放回待处理"),
    "mailbox.undo": _("撤销了添加的材料"),
    "mailbox.erase": _("按保存期限清除"),
}
#: So many schools are offered for a mail.
_OFFERED: Final = 12


def mails_of(user: User, which: str, text: str) -> QuerySet[InboundMail]:
    """The mails of one list that the person sees, the newest first; ``text`` narrows by sender, subject or school."""
    rows = visible_to(user).filter(state__in=LISTS[which][1])
    if text:
        rows = rows.filter(
            Q(sender_email__icontains=text) | Q(sender_name__icontains=text) | Q(subject__icontains=text)
            | Q(organisation__name__icontains=text)
        )  # fmt: skip
    return rows.select_related("organisation", "sender").order_by("-received_at", "-pk")


def counts_of(user: User) -> dict[str, int]:
    """How many mails each list holds."""
    states = dict(visible_to(user).order_by().values_list("state").annotate(Count("pk", distinct=True)))
    return {code: sum(states.get(state, 0) for state in held) for code, (_label, held) in LISTS.items()}


def attachments_of(mail: InboundMail) -> list[dict[str, Any]]:
    """Files of the mail: name, size, and why one was not taken."""
    taken = [{"name": row["name"], "size": row["size"], "why": ""} for row in mail.attachments]
    return taken + [
        {"name": row["name"], "size": None, "why": problem_words(row["code"], row["detail"])} for row in mail.problems
    ]


@dataclass(frozen=True)
class Event:
    """One line of a mail's history."""

    at: Any
    who: str
    what: str
    why: str


def history_of(mail: InboundMail) -> list[Event]:
    """What became of the mail, newest first."""
    reasons = dict(InboundMail.Reason.choices)
    return [
        Event(row.at, row.actor_label, str(_VERBS.get(row.verb, row.verb)),
              row.reason or str(reasons.get(row.data.get("reason", ""), "")))
        for row in audit.history_of(mail)[:100]
    ]  # fmt: skip


def answers_to(mail: InboundMail) -> list[tuple[Any, Delivery]]:
    """(kind's label, delivery) of everything written back."""
    rows = Delivery.objects.filter(message__dedupe_key__startswith=key_prefix(mail), message__audience="contact")
    found = []
    for row in rows.select_related("message").order_by("pk"):
        kind = kinds.find(row.message.kind)
        found.append((kind.label if kind else row.message.kind, row))
    return found


def schools_for(user: User, mail: InboundMail, text: str) -> list[Organisation]:
    """Schools that the person may file the mail for: those found by ``text``, else those that the mail speaks of."""
    if mail.organisation is not None and has_role(user, mail.organisation, frozenset({"member", "liaison", "manager"})):
        return [mail.organisation]
    below = Organisation.objects.schools().filter(subtree_q(scope_of(user).deciding_paths))
    if text:
        return list(
            below.filter(Q(name__icontains=text) | Q(short_name__icontains=text) | Q(code__iexact=text))[:_OFFERED]
        )
    offered = [mail.organisation] if mail.organisation and can_review(user, mail.organisation) else []
    if mail.sender is not None:
        offered += [school for school in filing_schools(mail.sender) if can_review(user, school)]
    said = f"{mail.subject}\n{mail.text}\n" + "\n".join(row["name"] for row in mail.attachments)
    named = [
        pk
        for pk, name, short in below.values_list("pk", "name", "short_name")
        if name in said or (short and short in said)
    ]
    offered += list(below.filter(pk__in=named[:_OFFERED]))
    return list(dict.fromkeys(offered))[:_OFFERED]


def likely_day(mail: InboundMail) -> Any:
    """The day to offer first: the one chosen before, else the first that the mail speaks of."""
    if mail.day is not None or mail.edition is None:
        return mail.day
    named = days_in(f"{mail.subject}\n{mail.text[:2000]}", mail.edition, mail.received_at)
    return named[0] if named else None
