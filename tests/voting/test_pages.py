"""The pages: voting on the phone, writing and deciding in the workspace (E10)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from skillweek.content.models import Asset
from skillweek.core.clock import now
from skillweek.core.errors import NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.participation.handed import Handed
from skillweek.participation.models import Certificate
from skillweek.voting import audit_file
from skillweek.voting.domain.ballots import approve, close, submit, take_down
from skillweek.voting.domain.candidates import withdraw
from skillweek.voting.domain.seam import candidate_withdrawn, ensure_ballot, results, sync_candidates
from skillweek.voting.models import Ballot, Candidate, Hold, Vote, VoteSheet
from skillweek.voting.queries.totals import standings
from skillweek.voting.tasks import close_ballots
from tests.content.conftest import make_asset
from tests.factories import Tree, client_of, person
from tests.voting import make

__all__ = ["make_asset"]
pytestmark = pytest.mark.django_db


def _send(client: Client, voting: Ballot, *picks: int, **fields: str) -> object:
    page = client.get(f"/vote/{voting.pk}/sheet/?" + "&".join(f"pick={number}" for number in picks)).content.decode()
    data = {
        "pick": [str(number) for number in picks], "client_id": make.client_id_in(page), "proof": make.solve(page),
        **fields,
    }  # fmt: skip
    return client.post(f"/vote/{voting.pk}/sheet/", data)


@pytest.mark.requirement("E10")
def test_a_resident_picks_votes_and_gets_a_receipt(voting: Ballot) -> None:
    client = make.browser_of(make.participant(voting.edition))
    gallery = client.get(f"/vote/{voting.pk}/?pick=1").content.decode()
    assert "示例候选2" in gallery and "已选 1 个" in gallery
    answer = _send(client, voting, 1, 2)
    sheet = VoteSheet.objects.get()
    assert answer.status_code == 302  # type: ignore[attr-defined]
    page = client.get(answer["Location"]).content.decode()  # type: ignore[index]
    assert sheet.receipt in page and "投票成功" in page and "您还有 1 票" in page
    assert sheet.network_key and sheet.device_key


def test_a_stranger_proves_a_contact_and_keeps_the_ticks(voting: Ballot, client: Client) -> None:
    answer = client.get(f"/vote/{voting.pk}/sheet/?pick=1&pick=3&pick=x&pick=99")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/take-part/who/")
    assert "pick%3D1%26pick%3D3" in answer["Location"]


def test_a_second_vote_is_refused_kindly(voting: Ballot) -> None:
    voter = make.participant(voting.edition)
    client = make.browser_of(voter)
    make.vote(voting, 1, voter=voter)
    page = client.get(f"/vote/{voting.pk}/sheet/?pick=1").content.decode()
    assert "您投过了" in page and "确认投票" not in page
    other = client.get(f"/vote/{voting.pk}/sheet/?pick=2").content.decode()
    forged = {"pick": ["1"], "client_id": make.client_id_in(other), "proof": make.solve(other)}
    answer = client.post(f"/vote/{voting.pk}/sheet/", forged)
    assert answer.status_code == 409
    assert "每个候选只能投一次" in answer.content.decode()
    assert Vote.objects.count() == 1


def test_a_proof_serves_once_and_is_needed(voting: Ballot) -> None:
    client = make.browser_of(make.participant(voting.edition))
    page = client.get(f"/vote/{voting.pk}/sheet/?pick=1").content.decode()
    data = {"pick": ["1"], "client_id": make.client_id_in(page), "proof": make.solve(page)}
    assert client.post(f"/vote/{voting.pk}/sheet/", {**data, "proof": ""}).status_code == 400
    assert client.post(f"/vote/{voting.pk}/sheet/", data).status_code == 302
    assert client.post(f"/vote/{voting.pk}/sheet/", data).status_code == 302  # the same sheet again
    again = client.post(f"/vote/{voting.pk}/sheet/", {**data, "pick": ["2"], "client_id": str(uuid4())})
    assert again.status_code == 400
    assert Vote.objects.count() == 1


@pytest.mark.parametrize("picks", [["²"], ["1'--"], ["9" * 30], ["-1"], [""]], ids=str)
def test_hostile_ticks_are_no_candidates(voting: Ballot, picks: list[str]) -> None:
    client = make.browser_of(make.participant(voting.edition))
    answer = client.get(f"/vote/{voting.pk}/sheet/", {"pick": picks})
    assert answer.status_code == 200
    assert "还没有选" in answer.content.decode()


def test_a_forged_cookie_is_nobody(voting: Ballot, client: Client) -> None:
    client.cookies[f"participant_{voting.edition_id}"] = "1.abc:forged"
    assert client.get(f"/vote/{voting.pk}/sheet/?pick=1").status_code == 302


def test_the_gallery_finds_by_number_name_and_group(edition: Edition, tree: Tree, client: Client) -> None:
    voting = make.ballot(edition, tree.school_a, groups=["学生组", "教师组"])
    Candidate.objects.filter(ballot=voting, number=2).update(title="林小满", group="教师组")
    page = client.get(f"/vote/{voting.pk}/?q=林小&pick=1").content.decode()
    assert "林小满" in page and "示例候选3" not in page
    assert '<input type="hidden" name="pick" value="1">' in page  # ticked, but not among what was found
    assert "林小满" not in client.get(f"/vote/{voting.pk}/?group=学生组").content.decode()
    assert "没有符合条件的候选" in client.get(f"/vote/{voting.pk}/?q=%00没有").content.decode()


def test_drafts_and_what_was_taken_down_stay_hidden(edition: Edition, tree: Tree, client: Client) -> None:
    hidden = make.draft(edition, tree.school_a)
    down = make.ballot(edition, tree.school_a)
    Ballot.objects.filter(pk=down.pk).update(state=Ballot.State.TAKEN_DOWN)
    for row in (hidden, down):
        for path in ("", "candidate/1/", "sheet/", "results/", "check/", "audit.csv"):
            assert client.get(f"/vote/{row.pk}/{path}").status_code == 404


def test_counts_are_shown_only_when_the_rules_say_so(voting: Ballot, client: Client) -> None:
    make.vote(voting, 1)
    assert "人投票" not in client.get(f"/vote/{voting.pk}/").content.decode()
    assert client.get(f"/vote/{voting.pk}/results/").status_code == 302
    Ballot.objects.update(results=Ballot.Results.DURING)
    page = client.get(f"/vote/{voting.pk}/results/").content.decode()
    assert "1 人投票，1 票有效" in page


def test_held_votes_are_never_in_the_totals_and_their_number_is_told(voting: Ballot, client: Client) -> None:
    Ballot.objects.update(results=Ballot.Results.DURING)
    make.vote(voting, 1)
    hold = Hold.objects.create(ballot=voting, candidate=voting.candidates.get(number=1), key="x")
    make.vote(voting, 1).votes.update(state=Vote.State.HELD, hold=hold)
    page = client.get(f"/vote/{voting.pk}/results/").content.decode()
    assert "1 票有效" in page and "1 票正在核对" in page


def test_a_school_writes_and_the_line_above_decides(
    tree: Tree, edition: Edition, liaison: User, reviewer: User
) -> None:
    client = client_of(liaison)
    form = {
        "title": "最美职校生", "rules": "每人三票", "opens_at": "2023-05-14T09:00", "closes_at": "2099-05-20T18:00",
        "groups": "学生组\n教师组", "per_ballot": "3", "per_day": "1", "results": "after", "watch": "normal",
        "organisation": tree.school_a.pk,
    }  # fmt: skip
    assert client.post("/w/voting/add/", form).status_code == 302
    voting = Ballot.objects.get()
    assert voting.groups == ["学生组", "教师组"]
    for name in ("林同学", "陈同学"):
        answer = client.post(f"/w/voting/{voting.pk}/candidates/add/", {"title": name, "group": "学生组", "more": "1"})
        assert answer["Location"].endswith("/candidates/add/")
    assert client.post(f"/w/voting/{voting.pk}/act/", {"do": "submit"}).status_code == 302
    assert client.post(f"/w/voting/{voting.pk}/act/", {"do": "approve"}).status_code == 403
    above = client_of(reviewer)
    assert "批准并公开" in above.get(f"/w/voting/{voting.pk}/").content.decode()
    above.post(f"/w/voting/{voting.pk}/act/", {"do": "return", "reason": "规则要写清奖项"})
    assert "规则要写清奖项" in client.get(f"/w/voting/{voting.pk}/").content.decode()
    client.post(f"/w/voting/{voting.pk}/act/", {"do": "submit"})
    voting.refresh_from_db()
    above.post(f"/w/voting/{voting.pk}/act/", {"do": "approve", "version": voting.version})
    voting.refresh_from_db()
    assert voting.state == Ballot.State.PUBLISHED
    assert set(AuditEvent.objects.filter(object_id=str(voting.pk)).values_list("verb", flat=True)) >= {
        "ballot.save", "ballot.submit", "ballot.return", "ballot.approve",
    }  # fmt: skip


def test_wrong_input_stays_in_the_form(edition: Edition, tree: Tree, liaison: User) -> None:
    form = {
        "title": "我写的标题", "opens_at": "2023-05-20T09:00", "closes_at": "2023-05-14T18:00", "per_ballot": "2",
        "per_day": "1", "results": "after", "watch": "normal", "organisation": tree.school_a.pk, "groups": "",
    }  # fmt: skip
    answer = client_of(liaison).post("/w/voting/add/", form)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "我写的标题" in page and "截止时间要晚于开始时间" in page
    answer = client_of(liaison).post("/w/voting/add/", {**form, "closes_at": "2099-05-14T18:00", "per_day": "9"})
    assert "不能多于总票数" in answer.content.decode()


def test_a_ballot_that_was_submitted_is_frozen(voting: Ballot, liaison: User) -> None:
    client, row = client_of(liaison), voting.candidates.get(number=1)
    answer = client.post(f"/w/voting/candidates/{row.pk}/", {"title": "换人"})
    assert answer.status_code == 400
    assert client.post(f"/w/voting/{voting.pk}/candidates/add/", {"title": "新来的"}).status_code == 400
    client.post(f"/w/voting/candidates/{row.pk}/act/", {"do": "delete"})
    assert sorted(voting.candidates.values_list("title", flat=True)) == ["示例候选1", "示例候选2", "示例候选3"]
    client.post(f"/w/voting/candidates/{row.pk}/act/", {"reason": "本人要求"})
    assert voting.candidates.get(number=1).withdrawn_reason == "本人要求"


def test_other_schools_see_nothing(voting: Ballot, tree: Tree) -> None:
    client, row = client_of(person(tree.school_b, "manager")), voting.candidates.get(number=1)
    for path in (f"{voting.pk}/", f"{voting.pk}/holds/", f"candidates/{row.pk}/", f"{voting.pk}/export/"):
        assert client.get(f"/w/voting/{path}").status_code == 404


def test_a_table_of_candidates_is_looked_at_and_then_entered(edition: Edition, tree: Tree, liaison: User) -> None:
    voting, client = make.draft(edition, tree.school_a, groups=["学生组"]), client_of(liaison)
    voting.candidates.filter(number=1).update(title="黄小米")
    text = "姓名,单位,组别,介绍\n林小满,甲校,学生组,爱钻研\n陈小雨,乙校,没有这组,\n黄小米,示例单位,学生组,\n"
    file = SimpleUploadedFile("候选.csv", text.encode())
    answer = client.post(f"/w/voting/{voting.pk}/import/", {"file": file})
    page = client.get(answer["Location"]).content.decode()
    assert "没有这组" in page and "候选里已有" in page
    assert voting.candidates.count() == 3
    seen = page.split('name="seen" value="')[1].split('"')[0]
    target = answer["Location"] + "confirm/"
    assert client.post(target, {"seen": "x"}).status_code == 302
    assert voting.candidates.count() == 3
    client.post(target, {"seen": seen})
    client.post(target, {"seen": seen})
    assert list(voting.candidates.filter(number=4).values_list("title", "text")) == [("林小满", "爱钻研")]
    assert voting.candidates.count() == 4


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04broken", "标题\n一\n".encode()], ids=len)
def test_a_broken_table_is_refused_with_a_reason(edition: Edition, tree: Tree, liaison: User, content: bytes) -> None:
    voting = make.draft(edition, tree.school_a)
    answer = client_of(liaison).post(
        f"/w/voting/{voting.pk}/import/", {"file": SimpleUploadedFile("x.xlsx", content or b" ")}
    )
    assert answer.status_code == 400


def test_template_and_export_are_workbooks(voting: Ballot, liaison: User) -> None:
    client = client_of(liaison)
    for name in ("template", "export"):
        answer = client.get(f"/w/voting/{voting.pk}/{name}/")
        assert b"".join(answer.streaming_content).startswith(b"PK")


@pytest.mark.requirement("E10")
def test_results_are_announced_certified_and_open_to_everybodys_check(
    voting: Ballot, liaison: User, client: Client
) -> None:
    sheets = [make.vote(voting, 1, 2), make.vote(voting, 1)]
    staff, first = client_of(liaison), voting.candidates.get(number=1)
    assert staff.get(f"/w/voting/{voting.pk}/results/").status_code == 200
    form = {f"award-{first.pk}": "一等奖", "text": "感谢参与", "version": str(voting.version)}
    assert staff.post(f"/w/voting/{voting.pk}/results/", form).status_code == 400  # voting goes on
    staff.post(f"/w/voting/{voting.pk}/act/", {"do": "close"})
    voting.refresh_from_db()
    assert client.get(f"/vote/{voting.pk}/audit.csv").status_code == 404
    assert staff.post(f"/w/voting/{voting.pk}/results/", {**form, "version": str(voting.version)}).status_code == 302
    voting.refresh_from_db()
    assert (voting.final_votes, voting.final_voters, voting.audit_lines) == (3, 2, 3)
    paper = Certificate.objects.get()
    assert (paper.holder, paper.title) == ("示例候选1", "一等奖")
    page = client.get(f"/vote/{voting.pk}/results/").content.decode()
    assert "一等奖" in page and "感谢参与" in page
    text = b"".join(client.get(f"/vote/{voting.pk}/audit.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    lines = [
        audit_file.Line(**{**row, "number": int(row["number"]), "candidate": int(row["candidate"])}) for row in rows
    ]
    assert audit_file.check(lines) == voting.audit_head
    told = json.loads(b"".join(client.get(f"/vote/{voting.pk}/audit.json").streaming_content))
    assert told["head"] == voting.audit_head and len(told["votes"]) == 3
    found = client.get(f"/vote/{voting.pk}/check/?code={sheets[0].receipt.lower().replace('-', ' ')}").content.decode()
    mine = audit_file.receipt_hash(sheets[0].receipt)
    assert mine in found and [row["receipt"] for row in rows].count(mine) == 2
    assert "163.com" not in text and "voter" not in text.splitlines()[1]
    assert "没有这个回执号" in client.get(f"/vote/{voting.pk}/check/?code=ABCD").content.decode()


def test_ties_share_a_rank(voting: Ballot) -> None:
    make.vote(voting, 1, 2)
    make.vote(voting, 1, 2, 3)
    assert [(row.rank, row.votes) for row in standings(voting)] == [(1, 2), (1, 2), (3, 1)]


def test_a_contest_hands_over_candidates_and_takes_one_back(edition: Edition, tree: Tree, client: Client) -> None:
    made = {
        "source_key": "contest:1", "title": "全民美拍网络投票", "opens_at": now(),
        "closes_at": now() + timedelta(days=1), "rules": "一人五票",
    }  # fmt: skip
    voting = ensure_ballot(edition, tree.school_a, **made)
    assert ensure_ballot(edition, tree.school_a, **made).pk == voting.pk
    specs = [Handed(f"entry:{n}", f"作品{n}", "林同学", None, "…", f"/media/{n}.jpg", f"/c/{n}/") for n in (1, 2, 3)]
    assert sync_candidates(voting, specs).made == 3
    assert sync_candidates(voting, specs).made == 0
    changed = sync_candidates(voting, [Handed("entry:1", "新名字"), *specs[1:]])
    assert (changed.changed, changed.withdrawn) == (1, 0)
    Ballot.objects.update(state=Ballot.State.PUBLISHED)
    late = sync_candidates(voting, [*specs[1:], Handed("entry:9", "后来的")])
    assert (late.late, late.withdrawn, late.made) == (1, 1, 0)
    make.vote(voting, 2, 3)
    assert candidate_withdrawn("entry:2") == 1
    assert [(row.source_key, row.votes) for row in results(voting)] == [("entry:3", 1)]


def test_a_picture_from_elsewhere_is_not_shown(voting: Ballot, client: Client) -> None:
    Candidate.objects.filter(ballot=voting, number=1).update(
        image_url="https://evil.example/x.png", url="javascript:alert(1)"
    )
    page = client.get(f"/vote/{voting.pk}/candidate/1/").content.decode()
    assert "evil.example" not in page and "javascript:" not in page


def test_a_picture_is_public_exactly_while_its_candidate_is(
    edition: Edition, tree: Tree, liaison: User, reviewer: User, make_asset: Callable[..., Asset], client: Client
) -> None:
    voting, picture = make.draft(edition, tree.school_a), make_asset(organisation=tree.school_a)
    row, other = voting.candidates.get(number=1), make_asset(organisation=tree.school_b)
    editor, path = client_of(liaison), f"/w/voting/candidates/{row.pk}/"
    assert editor.post(path, {"title": "林小满", "picture": str(other.pk)}).status_code == 400  # somebody else's
    assert editor.post(path, {"title": "林小满", "picture": str(picture.pk)}).status_code == 302

    def shown() -> bool:
        return client.get(f"/media/{picture.pk}/large.jpg").status_code == 200

    assert not shown()
    submit(voting, actor=liaison)
    approve(voting, actor=reviewer)
    assert shown()
    assert str(picture.pk) in client.get(f"/vote/{voting.pk}/").content.decode()
    take_down(voting, actor=reviewer, reason="先核实")
    assert not shown()
    approve(voting, actor=reviewer)
    withdraw(Candidate.objects.get(pk=row.pk), actor=liaison, reason="本人退出")
    assert not shown()


def test_time_ends_a_ballot_by_itself(voting: Ballot) -> None:
    Ballot.objects.update(closes_at=now() - timedelta(minutes=1))
    assert close_ballots.func() == 1
    assert close_ballots.func() == 0
    voting.refresh_from_db()
    assert voting.state == Ballot.State.CLOSED


def test_an_archived_edition_is_frozen(voting: Ballot, liaison: User, reviewer: User) -> None:
    Edition.objects.filter(pk=voting.edition_id).update(state=Edition.State.CLOSED)
    assert client_of(liaison).post(f"/w/voting/{voting.pk}/act/", {"do": "close"}).status_code == 403
    assert (
        client_of(reviewer).post(f"/w/voting/{voting.pk}/act/", {"do": "take_down", "reason": "x"}).status_code == 403
    )

    with pytest.raises(NotAllowed):
        close(Ballot.objects.get(), actor=liaison)


def test_a_week_that_is_prepared_shows_no_ballot(voting: Ballot, client: Client) -> None:
    assert client.get(f"/vote/{voting.pk}/").status_code == 200
    Edition.objects.filter(pk=voting.edition_id).update(state=Edition.State.DRAFT)
    assert client.get(f"/vote/{voting.pk}/").status_code == 404
