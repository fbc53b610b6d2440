"""Samples for votes and juries: a vote under way with held votes, one that is over, a jury at work (E1, E10).

Everybody in them is invented; real institutions' results never are.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

from skillweek.core.clock import now, standing_at
from skillweek.editions.models import Edition
from skillweek.judging.domain import jurors, panels, scoring, works
from skillweek.judging.domain.panels import CriterionSpec
from skillweek.judging.models import Juror, Panel, Work
from skillweek.organisations.models import Kind, Organisation
from skillweek.organisations.queries import people_who_answer
from skillweek.participation.domain.contacts import Contact
from skillweek.participation.models import Participant
from skillweek.voting.domain import announcing, ballots, candidates, casting, holding
from skillweek.voting.models import Ballot, Candidate
from skillweek.voting.queries.totals import standings
from skillweek.voting.telling import deciders_of

_STUDENTS: Final = (
    ("示例·林小满", "数控专业，把废料做成校园路牌。"), ("示例·陈志远", "烹饪专业，每周为社区老人做一顿饭。"),
    ("示例·黄一鸣", "电商专业，帮果农开了第一家网店。"), ("示例·苏晴", "护理专业，急救课讲进了二十个班级。"),
    ("示例·吴海", "汽修专业，带着师弟修好了校车。"), ("示例·郑朵", "学前教育专业，绘本馆的周末阿姐。"),
)  # fmt: skip
_ROOMS: Final = (
    ("示例·数控加工中心", "看得见的精度。"), ("示例·烹饪实训室", "闻得到的手艺。"), ("示例·茶艺教室", "一杯茶的工夫。"),
    ("示例·汽修车间", "拆得开，装得上。"), ("示例·护理实训室", "学会照顾人。"),
)  # fmt: skip
_WORKS: Final = ("示例·晨光里的车间", "示例·一双手", "示例·毕业那天", "示例·第一杯茶")


def fill(edition: Edition) -> None:
    """Make the samples; nothing when they are there, or when there is nobody to make them."""
    if Ballot.objects.filter(edition=edition).exists():
        return
    school = Organisation.objects.filter(kind=Kind.SCHOOL, is_active=True).order_by("path").first()
    if school is None or not people_who_answer(school):
        return
    chance = random.Random(10)  # noqa: S311 - samples
    voters = [_voter(edition, number) for number in range(60)]
    running = _ballot(edition, school, "【示例】最美职校生", _STUDENTS, closes=3, results=Ballot.Results.DURING)
    _votes(running, voters, chance)
    for voter in voters[50:56]:  # six people on one phone: held for somebody to look at
        _vote(running, voter, [6], "示例手机")
    holding.scan(running)
    over = _ballot(edition, school, "【示例】我最喜欢的实训室", _ROOMS, closes=1)
    _votes(over, voters[:30], chance)
    actor = people_who_answer(school)[0]
    over = ballots.close(over, actor=actor)
    winner = standings(over)[0].candidate
    announcing.announce(
        over, actor=actor, text="示例数据：感谢每一位投票人。", awards={winner.pk: "最受喜爱奖（示例）"}
    )
    _jury(edition, school, chance)


def _voter(edition: Edition, number: int) -> Participant:
    contact = Contact(Participant.Channel.EMAIL, f"sample-voter-{number}@example.org")
    return Participant.objects.create(
        edition=edition, channel=contact.channel, contact=contact.value, contact_key=contact.key(edition),
        masked=contact.masked, name="示例居民", nonce=uuid4().hex, verified_at=now() - timedelta(hours=1),
    )  # fmt: skip


def _ballot(
    edition: Edition, school: Organisation, title: str, named: tuple[tuple[str, str], ...], *, closes: int, **more: Any
) -> Ballot:
    writer = people_who_answer(school)[0]
    made = ballots.save_ballot(
        Ballot(edition=edition, organisation=school), actor=writer, title=title, teaser="每人三票，选出您心里的第一。",
        rules="示例规则：每人三票，同一个候选投一票。按有效票数定名次。", opens_at=now() - timedelta(days=2),
        closes_at=now() + timedelta(days=closes), groups=[], per_ballot=3, **more,
    )  # fmt: skip
    for name, text in named:
        candidates.save_candidate(Candidate(ballot=made), actor=writer, title=name, credit=school.name, text=text)
    ballots.submit(made, actor=writer)
    return ballots.approve(made, actor=deciders_of(made)[0])


def _votes(ballot: Ballot, voters: list[Participant], chance: random.Random) -> None:
    """Votes spread over a day and a half, as people come."""
    for voter in voters[:50]:
        with standing_at(now() - timedelta(minutes=chance.uniform(10, 2000))):
            _vote(ballot, voter, chance.sample(range(1, 6), chance.choice([1, 2, 3])), uuid4().hex)


def _vote(ballot: Ballot, voter: Participant, numbers: list[int], device: str) -> None:
    ids = list(ballot.candidates.filter(number__in=numbers).values_list("pk", flat=True))
    casting.cast(ballot, voter, ids, client_id=uuid4(), network_key=uuid4().hex, device_key=device)


def _jury(edition: Edition, school: Organisation, chance: random.Random) -> None:
    actor = people_who_answer(school)[0]
    panel = panels.save_panel(
        Panel(edition=edition, organisation=school), actor=actor, title="【示例】全民美拍评审",
        instructions="示例说明：看作品，不看名气。", due_at=now() + timedelta(days=3),
        criteria=[CriterionSpec("主题", 10, 2), CriterionSpec("创意", 10, 1), CriterionSpec("画面", 10, 1)],
    )  # fmt: skip
    for title in _WORKS:
        works.save_work(Work(panel=panel), actor=actor, title=title, credit="示例作者", text="示例介绍。")
    for number in (1, 2, 3):
        jurors.add_juror(panel, actor=actor, name=f"示例评委{number}", email=f"sample-juror-{number}@example.org")
    panel = panels.open_panel(panel, actor=actor)
    for at, juror in enumerate(Juror.objects.filter(panel=panel).select_related("panel")):
        for work in panel.works.all()[: 4 - at]:
            values = {row.pk: str(chance.randrange(5, 11)) for row in panel.criteria.all()}
            scoring.save_sheet(juror, work, values=values, comment="", is_done=True)
