"""A small but complete week for the tests of the archive, made by the rooms' own verbs where they decide."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from skillweek.activities.domain.snapshots import activity_snapshot, plan_snapshot
from skillweek.activities.models import (
    Activity,
    ActivityComment,
    ActivityTag,
    ActivityVersion,
    Assessment,
    Partner,
    Plan,
    PlanComment,
    PlanVersion,
    SessionChange,
    SessionSeries,
)
from skillweek.archive.tables import skillweek_models
from skillweek.bookings.models import CheckIn, Feedback
from skillweek.content import editorial
from skillweek.content.html import sanitise
from skillweek.content.models import Page
from skillweek.core.clock import now
from skillweek.editions.domain import close_edition
from skillweek.editions.models import Edition
from skillweek.judging.models import Criterion, Panel, Work
from skillweek.online.models import (
    GuestEntry,
    Hall,
    LiveRoom,
    OnlineRules,
    Panorama,
    Question,
    Tour,
    VisitCount,
)
from skillweek.organisations.models import Organisation, User
from skillweek.partnerships.models import Enterprise, Intention, Meeting, Need, NeedField, SchoolMajor
from skillweek.policies.models import Policy
from skillweek.press.models import Coverage, Lead, MediaOutlet
from skillweek.publicity.models import Story, StoryPolicy
from skillweek.quiz.domain.drawing import Rule
from skillweek.quiz.models import PracticeDay
from skillweek.reports.domain.filing import snapshot as snapshot_of
from skillweek.reports.models import DailyReport, ItemComment, PackageImport, Reminder, ReportVersion
from skillweek.statistics.domain.counting import ensure_entry
from skillweek.statistics.models import FigureChange, FormComment, FormEntry, FormReminder, FormVersion
from skillweek.summaries.models import Summary, SummaryPhoto, SummaryVersion
from skillweek.uploads.models import StoredFile
from skillweek.voting.models import Ballot, Candidate
from tests.archive import make_classes
from tests.bookings import make as bookings
from tests.contests import make as contests
from tests.factories import Tree, person
from tests.notices import make as notices
from tests.publicity import make as publicity
from tests.quiz import make as quizzes


@dataclass
class Week:
    """What the tests ask about by name."""

    edition: Edition
    manager: User
    liaison: User
    report: DailyReport
    story: Story
    activity: Activity


def week(tree: Tree, edition: Edition, folder: Path, *, closed: bool = True) -> Week:
    """Fill every room with a few rows and close the edition."""
    manager, liaison = person(tree.host, "manager", name="张主任"), person(tree.school_a, "liaison", name="李老师")
    activity = _activity(tree, edition, manager)
    report = publicity.report(
        edition, tree.school_a, folder, photos=2, submitted_by=liaison, submitted_at=now(), decided_by=manager,
        decided_at=now(), figures={},
    )  # fmt: skip
    DailyReport.objects.create(
        edition=edition, organisation=tree.school_b, day=edition.days[1], state=DailyReport.State.RETURNED,
        decision_note="请补充", is_late=True,
    )  # fmt: skip
    _records(tree, edition, activity, report, manager)
    story = publicity.published(report, manager)
    _texts(tree, edition, manager)
    _press(tree, edition, report, story)
    contests.call(edition, tree.edu).awards.create(name="一等奖", places=2)
    _quiz(tree, edition, manager)
    _voting(tree, edition)
    _partnerships(tree, edition, manager)
    make_classes.fill(tree, edition, activity, manager)
    _online(tree, edition, story)
    _closing(tree, edition, report, liaison)
    if closed:
        edition = close_edition(edition, actor=manager, reason="活动周结束")
    return Week(edition, manager, liaison, report, story, activity)


def _activity(tree: Tree, edition: Edition, manager: User) -> Activity:
    first = bookings.activity(edition, tree.school_a, title="茶艺体验", description="<p>请来喝茶。</p>")
    Activity.objects.create(edition=edition, organisation=tree.school_b, title="草稿活动", copied_from=first)
    Partner.objects.create(activity=first, organisation=tree.school_b, name="", state=Partner.State.ACCEPTED)
    Partner.objects.create(activity=first, name="示例企业", state=Partner.State.ACCEPTED)
    ActivityComment.objects.create(activity=first, author=manager, text="请补充安全预案")
    session = bookings.session(first)
    came = bookings.book(session, 3, name="王小明")
    bookings.book(session, 1)
    CheckIn.objects.create(session=session, booking=came, client_id=uuid.uuid4(), people=3, at=now(), by=manager)
    CheckIn.objects.create(session=session, client_id=uuid.uuid4(), people=4, at=now())
    Feedback.objects.create(session=session, booking=came, stars=5, comment="很有意思")
    return first


def _records(tree: Tree, edition: Edition, first: Activity, report: DailyReport, manager: User) -> None:
    """What handing in, reviewing and reminding leave behind, a row in each table."""
    plan = Plan.objects.create(
        edition=edition, organisation=tree.school_a, title="方案", goals="人人有收获", submitted_by=manager,
        arrangements={edition.days[0].isoformat(): "开幕"},
    )  # fmt: skip
    snapshot = plan_snapshot(plan, [first])
    PlanVersion.objects.create(plan=plan, number=1, snapshot=snapshot, submitted_at=now(), submitted_by=manager)
    PlanComment.objects.create(plan=plan, part="goals", text="请细化", author=manager)
    ActivityVersion.objects.create(
        activity=first, number=1, snapshot=activity_snapshot(first), submitted_at=now(), submitted_by=manager
    )
    ActivityTag.objects.create(activity=first, group=ActivityTag.Group.TOPIC, code=edition.doc.topics[0].code)
    Assessment.objects.create(activity=first, reviewer=manager, substance=5, distinction=4, influence=3)
    series = SessionSeries.objects.create(activity=first, pattern={"every": "day"})
    session = first.sessions.get()
    session.series = series
    session.save()
    SessionChange.objects.create(
        session=session, kind=SessionChange.Kind.MOVED, old={"place": "一楼"}, new={"place": "二楼"}, actor=manager
    )
    items = list(report.items.all())
    ReportVersion.objects.create(report=report, number=1, snapshot=snapshot_of(report, items), submitted_at=now())
    ItemComment.objects.create(report=report, item=items[0], text="写得好", author=manager)
    Reminder.objects.create(edition=edition, organisation=tree.tech, day=edition.days[0], slot="t1", sent_by=manager)
    FormReminder.objects.create(edition=edition, organisation=tree.tech, slot="t1")
    PackageImport.objects.create(report=report, name="材料.zip", requested_by=manager, state=PackageImport.State.DONE)


def _texts(tree: Tree, edition: Edition, manager: User) -> None:
    audience = {"all": False, "organisations": [tree.school_a.pk, tree.college.pk]}
    first = notices.published(edition, tree.host, manager, title="关于举办活动周的通知", audience=audience)
    second = notices.published(edition, tree.host, manager, title="补充通知", audience={"all": True})
    type(second).objects.filter(pk=second.pk).update(parent=first)
    page = Page(edition=edition, organisation=tree.host, kind=Page.Kind.NEWS, slug="opening")
    editorial.save_draft(page, {"title": "启动仪式举行", "body": "<p>今天开幕。</p>"}, actor=manager)
    editorial.publish(page, actor=manager, reason="发布")


def _press(tree: Tree, edition: Edition, report: DailyReport, story: Story) -> None:
    """Coverage that was merged, a lead, and policies that name each other."""
    outlet = MediaOutlet.objects.create(name="示例日报", level="municipal")
    values = {"edition": edition, "home": tree.school_a, "outlet": outlet, "level": "municipal"}
    first = Coverage.objects.create(title="职教周开幕", report=report, **values)
    second = Coverage.objects.create(title="职教周今天开幕", merged_into=first, **values)
    third = Coverage.objects.create(title="茶艺进社区", **values)
    for row in (first, second, third):
        row.organisations.add(tree.school_a)
    third.different.add(first)
    Lead.objects.create(
        edition=edition, organisation=tree.school_a, title="看茶艺", what="茶艺展示", state=Lead.State.OFFERED,
        contact_name="李老师", contact_phone="0592-1234567",
    )  # fmt: skip
    late, early = (
        Policy.objects.create(edition=edition, organisation=tree.host, title=title, draft={"title": title})
        for title in ("意见", "职业教育法")
    )
    for one, other in ((late, early), (early, late)):  # one of them comes in before the one it names
        one.draft = one.live = {"title": one.title, "related": [other.pk]}
        one.save()
    StoryPolicy.objects.create(story=story, policy=early, article="第三条")


def _quiz(tree: Tree, edition: Edition, manager: User) -> None:
    """Questions, one of them replaced, a quiz that draws them, and a day of practice."""
    law = Policy.objects.filter(edition=edition).first()
    first = quizzes.question(edition, tree.host, "修改前的题？", state="retired")
    quizzes.question(edition, tree.host, "修改后的题？", replaces=first, policy=law, checked_by=manager)
    quiz = quizzes.quiz(edition, tree.host, manager, rules=[Rule("", "", 1)])
    PracticeDay.objects.create(quiz=quiz, day=edition.days[0], rounds=3)


def _voting(tree: Tree, edition: Edition) -> None:
    """A ballot whose results are out, a panel that is closed."""
    times = {"opens_at": now(), "closes_at": now() + timedelta(days=1)}
    ballot = Ballot.objects.create(
        edition=edition, organisation=tree.school_a, title="最美职校生", groups=["学生组"], state="announced", **times
    )
    Candidate.objects.create(ballot=ballot, number=1, title="林同学", group="学生组", final_votes=12, final_rank=1)
    panel = Panel.objects.create(edition=edition, organisation=tree.school_a, title="美拍评审", due_at=now())
    Criterion.objects.create(panel=panel, name="创意")
    Work.objects.create(panel=panel, number=1, title="匠心", final_score="61.50", final_rank=1)


def _partnerships(tree: Tree, edition: Edition, manager: User) -> None:
    """An enterprise with what it looked for, a meeting, what came of it."""
    firm = Enterprise.objects.create(
        edition=edition, home=tree.host, name="示例机电", credit_code="91350100M000100Y43", industry="manufacturing",
        scale="small", state="verified", contact_name="林经理", phone="13800138000", email="lin@example.org", logo=b"x",
        decided_by=manager,
    )  # fmt: skip
    need = Need.objects.create(edition=edition, enterprise=firm, title="维修工", kind="position", text="x")
    NeedField.objects.create(need=need, code="460301")
    SchoolMajor.objects.create(edition=edition, organisation=tree.school_a, code="660301", name="机电技术应用")
    meeting = Meeting.objects.create(
        edition=edition,
        organisation=tree.host,
        title="对接会",
        day=edition.days[0],
        place="会展中心",
        apply_until=now(),
    )
    meeting.slots.create(starts_at=now(), ends_at=now() + timedelta(minutes=20))
    meeting.tables.create(room="201", label="1 号桌")
    Intention.objects.create(
        edition=edition, organisation=tree.school_a, enterprise=firm, enterprise_name=firm.name, meeting=meeting,
        kind="order", text="订单班", noted_on=edition.days[0], recorded_by=manager,
    )  # fmt: skip


def _online(tree: Tree, edition: Edition, story: Story) -> None:
    """A tour without pictures' copies, a room with questions, a hall of both, a day's visits."""
    OnlineRules.objects.create(edition=edition, link_hosts="live.example.cn")
    own: dict[str, Any] = {"edition": edition, "organisation": tree.school_a}
    tour = Tour.objects.create(title="走进校园", draft={"title": "走进校园"}, **own)
    room = LiveRoom.objects.create(title="网上开放日", **own)
    for state, text in (("shown", "什么时候报名？"), ("hidden", "不显示的话")):
        Question.objects.create(room=room, nickname="一位家长", text=text, state=state, votes=2)
    hung = (("story", story.pk), ("tour", tour.pk))
    exhibits = [{"kind": kind, "ref": str(pk), "caption": "示例"} for kind, pk in hung]
    content = {"title": "展厅", "exhibits": exhibits}
    hall = Hall.objects.create(title="展厅", draft=content, live=content, **own)
    GuestEntry.objects.create(hall=hall, text="真好")
    for subject in (f"tour:{tour.pk}", f"room:{room.pk}", f"hall:{hall.pk}", f"home:{edition.pk}"):
        VisitCount.objects.create(day=edition.days[0], subject=subject, visitors=2, views=3, **own)
    file = StoredFile.objects.filter(**own).earliest("created_at")
    Panorama.objects.create(pk=file.pk, tour=tour, file=file, state=Panorama.State.READY, width=1200, height=600)


def _closing(tree: Tree, edition: Edition, report: DailyReport, liaison: User) -> None:
    for school in (tree.school_a, tree.school_b, tree.college, tree.tech):
        ensure_entry(edition, school)
    entry = FormEntry.objects.get(edition=edition, organisation=tree.school_a)
    figure = entry.figures.exclude(number=None).order_by("pk").first()
    assert figure is not None
    figure.corrected = figure.number = 41
    figure.reason = "另有一场"
    figure.save()
    FigureChange.objects.create(entry=entry, code=figure.code, old="1", new="41", reason="另有一场", actor=liaison)
    FormVersion.objects.create(entry=entry, number=1, snapshot={"figures": []}, submitted_at=now())
    FormComment.objects.create(entry=entry, code=figure.code, text="请核对", author=liaison)
    FormEntry.objects.filter(pk=entry.pk).update(state=FormEntry.State.ACCEPTED, submitted_by=liaison)
    link = f"/w/statistics/{tree.school_a.pk}/figure/{figure.code}/"
    body = sanitise(f'<p>共举办 <a href="{link}">41</a> 场。</p>')
    summary = Summary.objects.create(edition=edition, organisation=tree.school_a, title="总结", body=body)
    photo = report.items.filter(kind="photo").first()
    assert photo is not None
    photos = [{"item": photo.pk, "caption": "茶艺展示"}]
    SummaryVersion.objects.create(
        summary=summary, number=1, why="", title="总结", body=body, photos=photos, actor=liaison
    )
    SummaryPhoto.objects.create(summary=summary, item=photo, position=0, caption="茶艺展示")


def empty_the_installation() -> None:
    """Forget every row, as if this were another installation. Keys go on counting, so nothing is equal by chance."""
    # In one transaction: PostgreSQL looks at references only when it ends.
    with transaction.atomic(), connection.constraint_checks_disabled():
        for model in reversed(skillweek_models()):
            query: Any = model._base_manager.all()
            query._raw_delete(query.db)


def organisation(code: str) -> Organisation:
    """The organisation of that code here."""
    found: Organisation = Organisation.objects.get(code=code)
    return found
