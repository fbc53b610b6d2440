"""Panels from their setting up to the ranking, by verbs and by pages (E1, E10)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from skillweek.bookings.tokens import token_from
from skillweek.content.models import Asset
from skillweek.core.clock import now
from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.judging.domain import jurors, panels, scoring
from skillweek.judging.domain.seam import CriterionSpec, ensure_panel, ranking, sync_works, work_withdrawn
from skillweek.judging.models import Juror, Panel, Sheet, Work
from skillweek.judging.queries.progress import missing
from skillweek.judging.tasks import remind_jurors
from skillweek.notifications.models import Message
from skillweek.organisations.models import Membership, User
from skillweek.participation.domain.erasure import erase_participation
from skillweek.participation.handed import Handed
from tests.content.conftest import make_asset
from tests.factories import Tree, client_of, person
from tests.judging import make

__all__ = ["make_asset"]
pytestmark = pytest.mark.django_db


@pytest.mark.requirement("E10")
@pytest.mark.requirement("E1")
def test_a_bureau_sets_up_a_jury_and_gets_a_ranking(edition: Edition, tree: Tree, reviewer: User) -> None:
    client = client_of(reviewer)
    form = {
        "title": "全民美拍评审", "due_at": "2099-05-20T18:00", "is_blind": "on", "method": "zscore",
        "organisation": tree.edu.pk, "instructions": "看作品，不看名气。", "form-TOTAL_FORMS": "3",
        "form-INITIAL_FORMS": "0", "form-0-name": "创意", "form-0-maximum": "10", "form-0-weight": "2",
        "form-1-name": "技术", "form-1-maximum": "20", "form-1-weight": "1", "form-2-name": "",
        "form-2-maximum": "10", "form-2-weight": "1",
    }  # fmt: skip
    assert client.post("/w/judging/add/", form).status_code == 302
    panel = Panel.objects.get()
    assert list(panel.criteria.values_list("name", "maximum", "weight")) == [("创意", 10, 2), ("技术", 20, 1)]
    assert "请先添加作品" in client.post(f"/w/judging/{panel.pk}/act/", {"do": "open"}, follow=True).content.decode()
    for title in ("匠心", "晨练", "毕业"):
        client.post(f"/w/judging/{panel.pk}/works/add/", {"title": title, "credit": "甲校林同学"})
    teacher = person(tree.school_a, "liaison", email="teacher@example.org")
    for name, email in (("王老师", "teacher@example.org"), ("校外专家", "expert@example.org")):
        client.post(f"/w/judging/{panel.pk}/jurors/", {"name": name, "email": email, "unit": ""})
    assert Juror.objects.get(user=teacher).token_hash == ""
    assert not Message.objects.filter(kind="jury.invite").exists()
    client.post(f"/w/judging/{panel.pk}/act/", {"do": "open"})
    assert Message.objects.filter(kind="jury.invite").count() == 2

    inside, outside = client_of(teacher), Client()
    link = Message.objects.get(kind="jury.invite", recipient=None).url
    assert outside.get(link).status_code == 302
    for number, points in ((1, ("9", "18")), (2, ("6", "12")), (3, ("7.5", "15"))):
        for who, less in ((inside, 0), (outside, 4)):
            values = [str(float(value) - less) for value in points]
            data = dict(zip([f"score-{row.pk}" for row in panel.criteria.all()], values, strict=True))
            answer = who.post(
                f"/jury/{panel.pk}/work/{number}/", {**data, "do": "done", "version": "0", "comment": "好"}
            )
            assert answer.status_code == 302
    panel.refresh_from_db()
    assert [row.title for row in ranking(panel)] == ["匠心", "毕业", "晨练"]
    assert client.post(f"/w/judging/{panel.pk}/act/", {"do": "close"})["Location"].endswith("/ranking/")
    assert list(Work.objects.order_by("final_rank").values_list("title", "final_rank")) == [
        ("匠心", 1),
        ("毕业", 2),
        ("晨练", 3),
    ]
    page = client.get(f"/w/judging/{panel.pk}/ranking/").content.decode()
    assert "第 1 名 匠心 甲校林同学" in page
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"/w/judging/{panel.pk}/export/").streaming_content)))
    assert book.sheetnames == ["排名", "评分", "进度"]
    assert [row[3].value for row in book["排名"].iter_rows(min_row=2)] == ["匠心", "毕业", "晨练"]
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {
        "panel.save", "juror.add", "work.save", "panel.open", "sheet.done", "panel.close",
    }  # fmt: skip


def test_blind_means_no_author(panel: Panel, client: Client) -> None:
    juror = make.juror(panel)
    client.get(f"/jury/t/{token_from(juror.nonce)}/")
    page = client.get(f"/jury/{panel.pk}/work/1/").content.decode()
    assert "作品1" in page and "作者1" not in page
    Panel.objects.update(is_blind=False)
    assert "作者1" in client.get(f"/jury/{panel.pk}/work/1/").content.decode()


@pytest.mark.requirement("E10")
def test_nobody_judges_works_of_their_own_organisation(panel: Panel, tree: Tree) -> None:
    panel.works.filter(number=1).update(organisation=tree.school_a)
    inside = make.juror(panel, person(tree.school_a, "member"))
    named = make.juror(panel, organisation=tree.school_a)
    for who in (inside, named):
        with pytest.raises(NotAllowed):
            make.score(who, 1, 9, 9)
        make.score(who, 2, 9, 9)
        assert missing(panel)[who.pk] == 1


def test_scores_of_somebody_who_joined_the_organisation_later_count_no_more(panel: Panel, tree: Tree) -> None:
    user = person(tree.school_b, "member")
    who = make.juror(panel, user)
    make.score(who, 1, 9, 9)
    panel.works.filter(number=1).update(organisation=tree.school_b)
    assert next(row for row in ranking(panel) if row.number == 1).jurors == 0


def test_a_declared_conflict_takes_scores_away_and_can_be_taken_back(panel: Panel) -> None:
    who = make.juror(panel)
    work = panel.works.get(number=2)
    make.score(who, 2, 5, 5)
    scoring.declare(who, work, reason="我的学生")
    scoring.declare(who, work, reason="我的学生")
    assert not Sheet.objects.exists()
    with pytest.raises(NotAllowed):
        make.score(who, 2, 5, 5)
    scoring.take_back(who, work)
    make.score(who, 2, 5, 5)


@pytest.mark.parametrize("typed", ["11", "-1", "1.25", "abc", "NaN", "Infinity", "1e3", "９９"], ids=str)
def test_points_stay_within_the_criterion(panel: Panel, typed: str) -> None:
    who = make.juror(panel)
    first = panel.criteria.first()
    assert first is not None
    with pytest.raises(DomainError) as caught:
        scoring.save_sheet(who, panel.works.get(number=1), values={first.pk: typed}, comment="", is_done=False)
    assert caught.value.field == f"score-{first.pk}"


def test_a_sheet_is_kept_while_it_is_written_and_handed_in_whole(panel: Panel) -> None:
    who = make.juror(panel)
    sheet = make.score(who, 1, 7, done=False)
    assert (sheet.state, sheet.scores.count()) == (Sheet.State.DRAFT, 1)
    with pytest.raises(DomainError) as caught:
        make.score(who, 1, 7)
    assert caught.value.code == "incomplete"
    assert make.score(who, 1, 7, 8).state == Sheet.State.DONE
    assert make.score(who, 1, 6, 8, done=False).state == Sheet.State.DONE  # a change stays handed in
    assert make.score(who, 1, 6, done=False).state == Sheet.State.DRAFT


def test_two_windows_do_not_overwrite_each_other(panel: Panel) -> None:
    who = make.juror(panel)
    make.score(who, 1, 7, 8, expected=0)
    with pytest.raises(Conflict):
        make.score(who, 1, 3, 3, expected=0)
    make.score(who, 1, 7, 8, expected=0)  # the same said twice, as when keeping and handing in cross


def test_keeping_by_itself_answers_with_the_new_version(panel: Panel, client: Client) -> None:
    who = make.juror(panel)
    client.get(f"/jury/t/{token_from(who.nonce)}/")
    first = panel.criteria.first()
    assert first is not None
    data = {f"score-{first.pk}": "7", "version": "0", "comment": ""}
    answer = client.post(f"/jury/{panel.pk}/work/1/", data, headers={"HX-Request": "true"})
    assert "已自动保存" in answer.content.decode() and 'value="1"' in answer.content.decode()
    wrong = client.post(f"/jury/{panel.pk}/work/1/", {**data, f"score-{first.pk}": "70", "comment": "我写的"})
    assert wrong.status_code == 400
    assert 'value="70"' in wrong.content.decode() and "我写的" in wrong.content.decode()


def test_links_are_personal_and_end(panel: Panel, reviewer: User, client: Client) -> None:
    who = make.juror(panel)
    old = token_from(who.nonce)
    assert client.get(f"/jury/{panel.pk}/").status_code == 404
    assert client.get("/jury/t/forged-forged-forged/").status_code == 404
    client.get(f"/jury/t/{old}/")
    assert client.get(f"/jury/{panel.pk}/").status_code == 200
    assert panel.title in client.get("/jury/").content.decode()
    jurors.renew_link(who, actor=reviewer)
    assert client.get(f"/jury/t/{old}/").status_code == 404
    assert client.get(f"/jury/{panel.pk}/").status_code == 404
    assert panel.title not in client.get("/jury/").content.decode()
    who.refresh_from_db()
    client.get(f"/jury/t/{token_from(who.nonce)}/")
    jurors.remove_juror(who, actor=reviewer)
    assert client.get(f"/jury/{panel.pk}/").status_code == 404


def test_a_link_of_one_panel_opens_no_other(panel: Panel, edition: Edition, tree: Tree, client: Client) -> None:
    other = make.panel(edition, tree.hr)
    client.get(f"/jury/t/{token_from(make.juror(panel).nonce)}/")
    assert client.get(f"/jury/{other.pk}/").status_code == 404


def test_a_removed_jurors_scores_count_no_more(panel: Panel, reviewer: User) -> None:
    one, two = make.juror(panel), make.juror(panel)
    for who, points in ((one, 9), (two, 2)):
        for number in (1, 2, 3):
            make.score(who, number, points if number == 1 else 5, 5)
    jurors.remove_juror(one, actor=reviewer)
    assert [row.number for row in ranking(panel)][-1] == 1
    with pytest.raises(NotAllowed):
        make.score(one, 1, 9, 9)
    back = jurors.add_juror(panel, actor=reviewer, email=one.email, name="评委")
    assert back.pk == one.pk and back.sheets.count() == 3


def test_who_is_missing_is_reminded_once_a_day(panel: Panel, reviewer: User) -> None:
    make.juror(panel, person())
    done = make.juror(panel)
    for number in (1, 2, 3):
        make.score(done, number, 5, 5)
    assert jurors.remind(panel, actor=reviewer) == 1
    assert jurors.remind(panel, actor=reviewer) == 0
    assert Message.objects.filter(kind="jury.remind").count() == 1


def test_the_last_day_reminds_by_itself(panel: Panel) -> None:
    make.juror(panel)
    assert remind_jurors.func() == 0
    Panel.objects.update(due_at=now() + timedelta(hours=3))
    assert remind_jurors.func() == 1


def test_closing_asks_about_missing_sheets_and_can_be_undone(panel: Panel, reviewer: User) -> None:
    who = make.juror(panel)
    make.score(who, 1, 9, 9)
    make.score(who, 2, 5, 5)
    with pytest.raises(Conflict) as caught:
        panels.close_panel(panel, actor=reviewer)
    assert caught.value.code == "missing"
    panels.close_panel(panel, actor=reviewer, although_missing=True)
    assert list(panel.works.values_list("final_rank", flat=True)) == [1, 2, None]
    with pytest.raises(Conflict):
        make.score(who, 3, 9, 9)
    panels.reopen_panel(panel, actor=reviewer, reason="有评委晚了")
    make.score(who, 3, 9, 9)


@pytest.mark.requirement("E1")
@pytest.mark.requirement("E10")
def test_a_closed_ranking_stays_whatever_becomes_of_its_jurors(
    panel: Panel, reviewer: User, tree: Tree, client: Client
) -> None:
    strict, kind = person(), make.juror(panel)
    one = make.juror(panel, strict)
    for who, points in ((one, (9, 2, 5)), (kind, (5, 6, 7))):
        for number, value in zip((1, 2, 3), points, strict=True):
            make.score(who, number, value, value)
    Panel.objects.update(method=Panel.Method.MEAN)
    panel.refresh_from_db()
    closed = panels.close_panel(panel, actor=reviewer)
    before = ranking(closed)
    assert [(row.number, row.rank, row.score, row.jurors) for row in before] == [
        (1, 1, 70.0, 2), (3, 2, 60.0, 2), (2, 3, 40.0, 2)
    ]  # fmt: skip
    # Later a juror joins the winner's unit and another one is gone: neither may move a published place.
    panel.works.filter(number=1).update(organisation=tree.school_a)
    Membership.objects.create(user=strict, organisation=tree.school_a, role="member")
    Juror.objects.filter(pk=kind.pk).update(removed_at=now())
    assert ranking(closed) == before
    page = client_of(reviewer).get(f"/w/judging/{panel.pk}/ranking/").content.decode()
    assert page.index("作品1") < page.index("作品3") < page.index("作品2")
    assert "70.00" in page
    again = panels.reopen_panel(panel, actor=reviewer, reason="要补评")
    assert ranking(again) != before


def test_ties_share_a_rank(panel: Panel) -> None:
    who = make.juror(panel)
    for number, points in ((1, 8), (2, 8), (3, 3)):
        make.score(who, number, points, points)
    assert [row.rank for row in ranking(panel)] == [1, 1, 3]


def test_a_contest_hands_over_works(edition: Edition, tree: Tree, reviewer: User) -> None:
    panel = ensure_panel(
        edition, tree.edu, source_key="contest:1", title="美拍", due_at=now() + timedelta(days=1),
        criteria=[CriterionSpec("创意")],
    )  # fmt: skip
    specs = [
        Handed(f"entry:{n}", f"作品{n}", organisation_id=tree.school_a.pk, image_url=f"/m/{n}.jpg") for n in (1, 2)
    ]
    assert sync_works(panel, specs).made == 2
    assert sync_works(panel, specs) == sync_works(panel, specs)
    Panel.objects.update(state=Panel.State.OPEN)
    panel.refresh_from_db()
    late = sync_works(panel, [Handed("entry:1", "改名"), Handed("entry:3", "新来的")])
    assert (late.made, late.late, late.withdrawn) == (1, 1, 1)
    who = make.juror(panel)
    make.score(who, 1, 5)
    make.score(who, 3, 9)
    assert [row.source_key for row in ranking(panel)] == ["entry:3", "entry:1"]
    assert work_withdrawn("entry:3") == 1
    assert [row.source_key for row in ranking(panel)] == ["entry:1"]
    panels.close_panel(panel, actor=reviewer)
    with pytest.raises(Conflict):
        sync_works(panel, [])


def test_others_see_nothing_of_it(panel: Panel, tree: Tree) -> None:
    make.juror(panel)
    outsider = client_of(person(tree.school_a, "manager"))
    for path in ("", "jurors/", "ranking/", "export/", "works/"):
        assert outsider.get(f"/w/judging/{panel.pk}/{path}").status_code == 404
    assert outsider.get(f"/jury/{panel.pk}/").status_code == 404


def test_an_archived_edition_is_frozen(panel: Panel, reviewer: User) -> None:
    who = make.juror(panel)
    Edition.objects.filter(pk=panel.edition_id).update(state=Edition.State.CLOSED)
    for verb in (
        lambda: make.score(who, 1, 5, 5),
        lambda: panels.close_panel(panel, actor=reviewer, although_missing=True),
        lambda: jurors.add_juror(panel, actor=reviewer, email="x@example.org", name="x"),
    ):
        with pytest.raises(NotAllowed):
            verb()


@pytest.mark.requirement("E10")
def test_erasing_takes_outside_jurors_names_and_leaves_the_ranking(panel: Panel, tree: Tree, client: Client) -> None:
    outside = make.juror(panel, unit="外地大学")
    token = token_from(outside.nonce)
    make.score(outside, 1, 9, 9)
    make.score(outside, 2, 5, 5)
    scoring.declare(outside, panel.works.get(number=3), reason="是我的学生")
    before = ranking(panel)
    erase_participation(panel.edition)
    assert outside.declared.get().reason == ""
    outside.refresh_from_db()
    assert (outside.name, outside.email, outside.unit, outside.token_hash) == ("—", "", "", "")
    assert ranking(panel) == before
    assert client.get(f"/jury/t/{token}/").status_code == 404


def test_a_juror_sees_the_picture_that_nobody_else_may_fetch(
    panel: Panel, client: Client, make_asset: Callable[..., Asset]
) -> None:
    picture = make_asset(organisation=panel.organisation)
    panel.works.filter(number=1).update(picture=picture)
    path = f"/jury/{panel.pk}/work/1/picture.jpg"
    assert client.get(path).status_code == 404
    client.get(f"/jury/t/{token_from(make.juror(panel).nonce)}/")
    answer = client.get(path)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert "no-store" in answer["Cache-Control"]
    assert client.get(f"/jury/{panel.pk}/work/2/picture.jpg").status_code == 404


def test_hostile_words_in_forms(panel: Panel, reviewer: User) -> None:
    client: Any = client_of(reviewer)
    assert client.post(f"/w/judging/{panel.pk}/jurors/", {"name": "x", "email": "no-address"}).status_code == 400
    page = client.post(
        f"/w/judging/{panel.pk}/jurors/", {"name": "<script>alert(1)</script>", "email": "a@example.org"}, follow=True
    )
    assert "<script>alert(1)" not in page.content.decode()
    assert client.post(f"/w/judging/{panel.pk}/act/", {"do": "destroy"}, follow=True).status_code == 200
