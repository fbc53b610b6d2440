"""What a reviewer of held votes is shown: words, pace, masked voters (E10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMinute
from django.utils.translation import gettext as _

from skillweek.voting.models import Hold, Vote


def signal_words(codes: list[str]) -> list[str]:
    """What each signal means, for people."""
    words = {
        "device": _("同一台设备上有许多人投票"),
        "phones": _("手机号码连号"),
        "mail": _("临时邮箱"),
        "network": _("同一个网络里许多人只投这一个候选"),
        "burst": _("几分钟内的票远多于平时"),
        "quick": _("验证后几秒内只投这一个候选"),
        "even": _("投票的间隔太均匀，像程序"),
        "domain": _("许多邮箱来自同一个少见的域名"),
        "hand": _("人工暂扣"),
    }
    return [words[code] for code in codes if code in words]


@dataclass(frozen=True)
class Minute:
    """Votes for the candidate in one minute, of these held; ``share`` of the busiest in percent."""

    at: datetime
    votes: int
    held: int
    share: int


def pace(hold: Hold) -> list[Minute]:
    """The busiest minutes among those in which these votes came, at most 20, in order."""
    rows = Vote.objects.filter(hold=hold).annotate(minute=TruncMinute("sheet__sent_at")).order_by()
    held = dict(rows.values_list("minute").annotate(n=Count("pk")).order_by("-n")[:20])
    everything: dict[Any, int] = {}
    if held:
        span = Vote.objects.filter(
            candidate=hold.candidate_id, sheet__sent_at__gte=min(held),
        ).annotate(minute=TruncMinute("sheet__sent_at"))  # fmt: skip
        everything = dict(span.filter(minute__in=held).order_by().values_list("minute").annotate(n=Count("pk")))
    most = max(everything.values(), default=1)
    found = []
    for at, number in sorted(held.items()):
        votes = int(everything.get(at, number) or 0)
        found.append(Minute(at, votes, int(number or 0), round(100 * votes / most)))
    return found


def voters(hold: Hold) -> Any:
    """The held votes with their voters, masked; oldest first."""
    return hold.votes.select_related("sheet", "participant").order_by("sheet__sent_at", "pk")
