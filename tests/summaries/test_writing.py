"""Writing, handing in and deciding on a summary (C11)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from skillweek.core.errors import Conflict, DomainError, NotAllowed
from skillweek.core.models import AuditEvent
from skillweek.editions.domain import close_edition
from skillweek.editions.models import Edition
from skillweek.notifications.models import Message
from skillweek.organisations.models import Membership, Organisation, User
from skillweek.reports.models import DailyReport, ReportItem
from skillweek.statistics.queries.figures import count_again
from skillweek.summaries import access
from skillweek.summaries.checks import findings_of
from skillweek.summaries.domain.reminders import remind_units, send_due_reminders
from skillweek.summaries.domain.review import accept_summary, reopen_summary, return_summary
from skillweek.summaries.domain.writing import (
    begin_summary,
    choose_photos,
    compose_again,
    refresh_figures,
    save_summary,
    submit_summary,
    withdraw_summary,
)
from skillweek.summaries.models import Summary
from skillweek.summaries.pictures import pictures_of
from tests.factories import Tree, client_of, person
from tests.summaries.make import photo, week


@pytest.fixture
def summary(tree: Tree, edition: Edition, liaison: User) -> Summary:
    week(edition, tree.school_a)
    return begin_summary(edition, tree.school_a, by=liaison)


@pytest.mark.requirement("C11")
def test_a_summary_is_written_returned_mended_and_accepted(tree: Tree, summary: Summary, liaison: User) -> None:
    reviewer = person(tree.siming, "reviewer")
    assert begin_summary(summary.edition, tree.school_a, by=liaison) == summary
    assert [each.caption for each in summary.photos.all()] == ["学生修理电风扇"]
    saved = save_summary(
        summary,
        title=" 我校 总结 ",
        body="<p onclick='x()'>写好了<script>x</script></p>",
        by=liaison,
        expected_version=1,
    )
    assert (saved.title, saved.body, saved.version) == ("我校 总结", "<p>写好了</p>", 2)

    sent = submit_summary(saved, by=liaison, expected_version=2)
    with pytest.raises(Conflict):
        save_summary(sent, title="晚了", body="", by=liaison, expected_version=3)
    back = return_summary(sent, by=reviewer, expected_version=sent.version, reason="请补充成效")
    again = submit_summary(back, by=liaison, expected_version=back.version)
    done = accept_summary(again, by=reviewer, expected_version=again.version)

    assert (done.state, [kept.why for kept in done.versions.all()]) == ("accepted", ["submitted", "submitted"])
    assert set(Message.objects.filter(recipient=liaison).values_list("kind", flat=True)) == {
        "summary.returned", "summary.accepted"
    }  # fmt: skip
    trail = AuditEvent.objects.filter(verb__startswith="summary.").order_by("pk").values_list("verb", flat=True)
    assert [verb.removeprefix("summary.") for verb in trail] == ["compose", "submit", "return", "submit", "accept"]
    assert withdraw_summary(reopen_summary(done, by=reviewer, reason="漏了"), by=liaison).state == "draft"


def test_two_writers_lose_nothing(tree: Tree, summary: Summary, liaison: User) -> None:
    colleague = person(tree.school_a, "member", name="陈老师")
    save_summary(summary, title="甲", body="<p>甲写的</p>", by=colleague, expected_version=1)
    with pytest.raises(Conflict, match="陈老师刚刚改过") as refusal:
        save_summary(summary, title="乙", body="<p>乙写的</p>", by=liaison, expected_version=1)
    assert refusal.value.details == [{"version": 2, "edited_by": "陈老师"}]
    assert Summary.objects.get().body == "<p>甲写的</p>"


def test_composing_anew_keeps_what_was_written(summary: Summary, liaison: User) -> None:
    saved = save_summary(summary, title="我的", body="<p>写了很久</p>", by=liaison, expected_version=1)
    with pytest.raises(Conflict):
        compose_again(saved, by=liaison, expected_version=1)
    fresh = compose_again(saved, by=liaison, expected_version=2)
    kept = fresh.versions.get()
    assert (kept.why, kept.title, kept.body) == ("replaced", "我的", "<p>写了很久</p>")
    assert kept.photos == [{"item": fresh.photos.get().item_id, "caption": "学生修理电风扇"}]
    assert "家电维修进社区" in fresh.body


def test_only_accepted_photos_of_ones_own_are_chosen(
    tree: Tree, edition: Edition, summary: Summary, liaison: User
) -> None:
    report = DailyReport.objects.get(organisation=tree.school_a)
    second = photo(edition, tree.school_a, report, "居民取回电饭煲")
    foreign = photo(edition, tree.school_b, week(edition, tree.school_b), "别校的照片")
    removed = photo(edition, tree.school_a, report, "移除的", removed_at=datetime.now(ZoneInfo("UTC")))
    first = ReportItem.objects.get(caption="学生修理电风扇", report=report)

    choose_photos(
        summary, [(second.pk, ""), (foreign.pk, "x"), (removed.pk, ""), (first.pk, "改过"), (10**9, "")], by=liaison
    )

    assert [(each.item, each.caption) for each in summary.photos.all()] == [(second, "居民取回电饭煲"), (first, "改过")]
    with pytest.raises(DomainError, match="最多选 60 张"):
        choose_photos(summary, [(number, "") for number in range(61)], by=liaison)


def test_who_writes_and_who_decides(tree: Tree, summary: Summary, liaison: User) -> None:
    member, outsider = person(tree.school_a, "member"), person(tree.school_b, "liaison")
    with pytest.raises(NotAllowed):
        submit_summary(summary, by=member, expected_version=1)
    for stranger in (outsider, person(tree.siming, "reviewer"), person()):
        with pytest.raises(NotAllowed):
            save_summary(summary, title="x", body="", by=stranger, expected_version=1)
    assert not access.visible_to(person(tree.siming, "reviewer")).exists()
    sent = submit_summary(summary, by=liaison, expected_version=1)
    assert access.visible_to(person(tree.siming, "reviewer")).get() == sent
    assert not access.visible_to(outsider).exists()
    with pytest.raises(NotAllowed):
        accept_summary(sent, by=person(tree.huli, "reviewer"), expected_version=sent.version)
    with pytest.raises(Conflict):
        accept_summary(sent, by=person(tree.edu, "reviewer"), expected_version=1)


def test_the_hosts_own_summary_is_decided_by_the_host(tree: Tree, edition: Edition) -> None:
    chief, colleague = person(tree.host, "manager"), person(tree.host, "reviewer")
    week(edition, tree.school_a)
    own = begin_summary(edition, tree.host, by=chief)
    sent = submit_summary(own, by=chief, expected_version=own.version)
    assert accept_summary(sent, by=colleague, expected_version=sent.version).state == "accepted"
    with pytest.raises(NotAllowed):
        begin_summary(edition, tree.edu, by=person(tree.edu, "liaison"))


@pytest.mark.requirement("A8")
def test_a_closed_edition_takes_no_more_summaries(summary: Summary, liaison: User) -> None:
    close_edition(summary.edition, actor=None, reason="归档")
    for call in (
        lambda: save_summary(summary, title="x", body="", by=liaison, expected_version=1),
        lambda: submit_summary(summary, by=liaison, expected_version=1),
        lambda: choose_photos(summary, [], by=liaison),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_late_ones_are_flagged_and_checks_never_stand_in_the_way(summary: Summary, liaison: User) -> None:
    found = {finding.code for finding in findings_of(summary) if hasattr(finding, "code")}
    assert found == {"summary.short"}
    with time_machine.travel(datetime(2023, 5, 23, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        assert submit_summary(summary, by=liaison, expected_version=1).is_late
    summary.refresh_from_db()
    empty = withdraw_summary(summary, by=liaison)
    blank = save_summary(empty, title="空", body="", by=liaison, expected_version=empty.version)
    with pytest.raises(DomainError, match="还没有内容"):
        submit_summary(blank, by=liaison, expected_version=blank.version)


@pytest.mark.requirement("C11")
def test_photos_of_a_report_that_was_returned_later_are_not_shown(summary: Summary, liaison: User) -> None:
    assert len(list(pictures_of(summary))) == 1
    DailyReport.objects.filter(organisation=summary.organisation).update(state=DailyReport.State.RETURNED)

    assert list(pictures_of(summary)) == []
    assert "summary.gone" in {found.code for found in findings_of(summary)}  # type: ignore[attr-defined]


@pytest.mark.requirement("C11")
def test_photos_beyond_the_first_page_stay_chosen_and_captions_survive_a_refusal(
    tree: Tree, edition: Edition, summary: Summary, liaison: User
) -> None:
    report = DailyReport.objects.get(organisation=tree.school_a)
    many = [photo(edition, tree.school_a, report, f"照片 {number}") for number in range(60)]
    client, address = client_of(liaison), reverse("summaries:photos", args=[summary.pk])
    choose_photos(summary, [(many[-1].pk, "最后一张")], by=liaison)

    page = client.get(f"{address}?page=2").content.decode()
    assert "最后一张" in page and page.count("checked") == 1
    seen = Summary.objects.get().version
    chosen = {"photo": [many[-1].pk, many[0].pk], f"caption-{many[-1].pk}": "最后一张", "go": "2", "version": seen}
    answer = client.post(address, chosen)

    assert answer.headers["Location"] == f"{address}?page=2&q="
    assert [row.caption for row in summary.photos.all()] == ["照片 0", "最后一张"]
    assert [kept.why for kept in summary.versions.all()] == ["photos", "photos"]
    everything = {"photo": [each.pk for each in many] + [summary.pk + 10**6], f"caption-{many[3].pk}": "我写的说明"}
    refused = client.post(address, {**everything, "version": Summary.objects.get().version})
    assert refused.status_code == 400 and "最多选 60 张" in refused.content.decode()
    assert "我写的说明" in refused.content.decode()
    late = client.post(address, {"photo": [many[5].pk], f"caption-{many[5].pk}": "晚了一步", "version": seen})
    assert late.status_code == 409 and "刚刚改过这份总结" in late.content.decode()
    assert "晚了一步" in late.content.decode() and summary.photos.count() == 2


@pytest.mark.requirement("C11")
def test_updating_figures_keeps_the_text_before_as_a_version(summary: Summary, liaison: User) -> None:
    link = f"/w/statistics/{summary.organisation_id}/figure/students/"
    body = f'<p><a href="{link}">99名学生</a></p>'
    saved = save_summary(summary, title="总结", body=body, by=liaison, expected_version=1)
    count_again(summary.edition, Organisation.objects.schools())

    fresh = refresh_figures(saved, by=liaison, expected_version=2)

    assert ">30名学生</a>" in fresh.body
    assert (fresh.versions.get().why, fresh.versions.get().body) == ("figures", saved.body)


@pytest.mark.requirement("C11")
def test_the_line_above_is_told_lists_bureaus_and_reads_nothing_that_was_taken_back(
    tree: Tree, edition: Edition, summary: Summary, liaison: User
) -> None:
    reviewer, city = person(tree.siming, "reviewer"), person(tree.host, "reviewer")
    sent = submit_summary(summary, by=liaison, expected_version=1)
    assert Message.objects.filter(recipient=reviewer, kind="summary.submitted").count() == 1
    assert summary in access.visible_to(reviewer)
    back = withdraw_summary(sent, by=liaison)
    assert summary not in access.visible_to(reviewer)
    assert client_of(reviewer).get(reverse("summaries:summary", args=[back.pk])).status_code == 404

    districts = begin_summary(edition, tree.siming, by=reviewer)
    submit_summary(districts, by=reviewer, expected_version=1)

    assert Message.objects.filter(recipient=city, kind="summary.submitted").exists()
    both = person(tree.host, "reviewer")
    Membership.objects.create(user=both, organisation=tree.siming, role="reviewer")
    assert tree.siming in access.reviewed_units(both) and tree.host not in access.reviewed_units(both)
    page = client_of(city).get(reverse("summaries:index")).content.decode()
    assert reverse("summaries:summary", args=[districts.pk]) in page


@pytest.mark.requirement("C11")
def test_units_without_a_summary_are_reminded_once(
    tree: Tree, edition: Edition, summary: Summary, liaison: User
) -> None:
    reviewer = person(tree.siming, "reviewer")
    zone = ZoneInfo(edition.zone)
    due = edition.doc.summary_due_on
    with time_machine.travel(datetime(due.year, due.month, due.day, 7, 0, tzinfo=zone), tick=False):
        assert send_due_reminders() == 0
    with time_machine.travel(datetime(due.year, due.month, due.day, 12, 0, tzinfo=zone), tick=False):
        assert send_due_reminders() == 2  # the school and the district; nobody works for the others
        assert send_due_reminders() == 0
        assert remind_units(edition, by=reviewer) == 1  # by hand, once in ten minutes
        assert remind_units(edition, by=reviewer) == 0
    kinds = Message.objects.filter(recipient=liaison, kind="summary.reminder")
    assert kinds.count() == 2
    with pytest.raises(NotAllowed):
        remind_units(edition, by=liaison)


@pytest.mark.requirement("C11")
def test_an_autosave_brings_the_findings_along(summary: Summary, liaison: User) -> None:
    client, address = client_of(liaison), reverse("summaries:summary", args=[summary.pk])
    typed = {"title": "总结", "body": "<p>短</p>", "version": 1}
    answer = client.post(address, typed, headers={"HX-Request": "true"}).content.decode()
    assert 'id="summary-findings" hx-swap-oob="true"' in answer and "建议不少于" in answer
