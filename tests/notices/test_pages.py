"""The room's pages: what they show, what they refuse, what is kept when they refuse (A1, A2, A7)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from python_calamine import CalamineWorkbook

from skillweek.content.models import Asset
from skillweek.core.clock import now
from skillweek.editions.domain import change_document
from skillweek.editions.models import Edition
from skillweek.notices.domain import acknowledge, correct_notice, save_notice, withdraw_notice
from skillweek.notices.models import Notice, Receipt
from skillweek.organisations.models import User
from skillweek.search.queries import search
from skillweek.uploads.models import StoredFile
from tests.factories import Tree, client_of, person
from tests.notices import make

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A1")]


def _file(edition: Edition, tree: Tree, owner: str = "host", name: str = "附件1.docx") -> Asset:
    file = StoredFile.objects.create(
        edition=edition,
        organisation=getattr(tree, owner),
        kind=StoredFile.Kind.OTHER,
        name=name,
        size=2048,
        key=default_storage.save(f"test/{owner}-{name}", ContentFile(b"PK" * 1024)),
        state=StoredFile.State.READY,
    )
    kind = Asset.Kind.ATTACHMENT
    return Asset.objects.create(pk=file.pk, edition=edition, organisation=file.organisation, file=file, kind=kind)


def _form(**changes: Any) -> dict[str, Any]:
    return {
        "title": "关于活动周的通知",
        "document_number": "",
        "issuers": "示例市教育局\n示例市人社局",
        "recipients_text": "各学校",
        "body": "<p>请认真组织。</p>",
        "issued_on": "2023-05-06",
        "acknowledge_by": "",
        "valid_until": "",
        "is_public": "on",
        "audience_mode": "all",
        **changes,
    }


def test_the_public_page_is_an_official_document(edition: Edition, tree: Tree, editor: User, client: Client) -> None:
    asset = _file(edition, tree)
    older = make.published(edition, tree.host, editor, title="更早的通知")
    notice = make.published(
        edition,
        tree.host,
        editor,
        document_number="示教〔2023〕7号",
        issuers=["甲局", "乙局"],
        recipients_text="各区教育局：",
        issued_on="2023-05-06",
        attachments=[{"asset": asset.pk, "title": "附件1：清单"}],
    )

    page = client.get(f"/notices/{notice.pk}/").content.decode()

    for words in ("示教〔2023〕7号", "甲局", "乙局", "各区教育局：", "2023年5月6日", "附件1：清单", "DOCX"):
        assert words in page
    assert "各区教育局：：" not in page
    assert "上一条：无" in page
    assert f'下一条：<a rel="next" href="/notices/{older.pk}/">更早的通知</a>' in page
    assert '<meta property="og:description" content="请各单位认真组织。">' in page
    assert "没有人能猜到" not in page
    assert "下一条：无" in client.get(f"/notices/{older.pk}/").content.decode()


def test_the_list_pages_and_narrows_by_edition(edition: Edition, tree: Tree, editor: User, client: Client) -> None:
    for number in range(21):
        make.published(edition, tree.host, title=f"第 {number} 份", audience={})
    pinned = make.published(edition, tree.host, title="置顶的", audience={}, is_pinned=True)
    make.published(edition, tree.host, title="内部的", is_public=False)
    make.draft(edition, tree.host, title="草稿")

    first = client.get("/notices/")
    second = client.get("/notices/?page=2&edition=xiamen-2023")

    assert [row.title for row in first.context["page"]][:2] == [pinned.title, "第 20 份"]
    assert [row.title for row in second.context["page"]] == ["第 1 份", "第 0 份"]
    assert client.get("/notices/?page=x&edition=%00").status_code == 200


def test_strangers_find_neither_drafts_nor_internal_notices(
    edition: Edition, tree: Tree, editor: User, client: Client
) -> None:
    asset = _file(edition, tree)
    draft = make.draft(edition, tree.host)
    internal = make.published(edition, tree.host, is_public=False, attachments=[{"asset": asset.pk}])
    withdraw_notice(make.published(edition, tree.host, is_public=False, title="内部撤下"), actor=editor, reason="x")

    for pk in (*Notice.objects.values_list("pk", flat=True), 10**12):
        assert client.get(f"/notices/{pk}/").status_code == 404
        assert client.get(f"/notices/{pk}/history/").status_code == 404
    own = f"/w/notices/{internal.pk}/attachments/{asset.pk}/"
    assert client.get(own).status_code == 302
    assert client_of(person(tree.school_a, "member")).get(own).status_code == 200
    assert client_of(editor).get(f"/w/notices/{draft.pk}/attachments/{asset.pk}/").status_code == 404


def test_a_withdrawn_notice_says_so_and_shows_no_text(
    edition: Edition, tree: Tree, editor: User, client: Client, liaison: User
) -> None:
    notice = make.published(edition, tree.host, editor, body="<p>秘密的安排</p>")
    withdraw_notice(notice, actor=editor, reason="活动改期。")

    gone = client.get(f"/notices/{notice.pk}/")
    read = client_of(liaison).get(f"/w/notices/{notice.pk}/")

    assert gone.status_code == 410
    for page in (gone.content.decode(), read.content.decode()):
        assert "活动改期。" in page
        assert "秘密的安排" not in page
    versions = client_of(liaison).get(f"/w/notices/{notice.pk}/versions/")
    assert "秘密的安排" not in versions.content.decode()
    assert versions.context["versions"] == []


def test_an_expired_notice_stays_readable_and_says_so(
    edition: Edition, tree: Tree, editor: User, client: Client
) -> None:
    end = now() + timedelta(hours=1)
    notice = make.published(edition, tree.host, editor, valid_until=end.isoformat())

    with time_machine.travel(end + timedelta(minutes=1)):
        page = client.get(f"/notices/{notice.pk}/").content.decode()
        listed = client.get("/notices/").content.decode()

    assert "这份通知已失效" in page
    assert "请各单位认真组织。" in page
    assert "已失效" in listed


def test_corrections_show_to_everybody(edition: Edition, tree: Tree, editor: User, client: Client) -> None:
    notice = make.published(edition, tree.host, editor, body="<p>请于22日前报送。</p>")
    save_notice(notice, {"body": "<p>请于25日前报送。</p>"}, actor=editor, expected_revision=None)
    correct_notice(notice, actor=editor, reason="更正日期。")

    page = client.get(f"/notices/{notice.pk}/history/").content.decode()

    assert "更正日期。" in page
    assert "<del>22</del><ins>25</ins>" in page
    assert editor.name not in page


@pytest.mark.requirement("A3")
def test_a_supplement_and_its_notice_lead_to_each_other(
    edition: Edition, tree: Tree, editor: User, client: Client
) -> None:
    parent = make.published(edition, tree.host, editor)
    supplement = make.published(edition, tree.host, editor, parent=parent, title="地点通知")

    assert f'<a href="/notices/{supplement.pk}/">地点通知</a>' in client.get(f"/notices/{parent.pk}/").content.decode()
    assert f'<a href="/notices/{parent.pk}/">' in client.get(f"/notices/{supplement.pk}/").content.decode()


@pytest.mark.requirement("A7")
def test_contacts_are_the_editions_and_nobody_elses(edition: Edition, tree: Tree, editor: User, client: Client) -> None:
    liaison = person(tree.school_a, "liaison", name="林联络", phone="13800138000")
    contacts = [{**row, "phone": "5550000"} for row in edition.document["contacts"]]
    change_document(edition, {"contacts": contacts}, actor=editor, expected_revision=edition.revision)

    page = client.get("/notices/contacts/").content.decode()

    assert "郭明波" in page
    assert page.count('href="tel:5550000"') == 3
    assert liaison.name not in page
    assert "13800138000" not in page


def test_what_is_typed_comes_back_when_saving_is_refused(edition: Edition, tree: Tree, editor: User) -> None:
    client = client_of(editor)
    typed = _form(title="写" * 201, acknowledge_by="不是时间", audience_mode="some", audience_organisations=["999999"])

    refused = client.post("/w/notices/issued/new/", typed)

    assert refused.status_code == 400
    page = refused.content.decode()
    assert "写" * 201 in page
    assert "请认真组织。" in page
    assert Notice.objects.count() == 0


def test_a_colleagues_change_is_shown_beside_ones_own(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.draft(edition, tree.host, editor)
    seen = notice.revision
    colleague = person(tree.host, "reviewer", name="王编辑")
    save_notice(notice, {"title": "王编辑的标题"}, actor=colleague, expected_revision=None)
    client, address = client_of(editor), f"/w/notices/{notice.pk}/edit/"

    refused = client.post(address, _form(title="我的标题", revision=seen))

    page = refused.content.decode()
    assert refused.status_code == 400
    assert "王编辑的标题" in page
    assert 'value="我的标题"' in page
    again = client.post(address, _form(title="我的标题", revision=refused.context["theirs"]["revision"]))
    assert again.status_code == 302
    assert Notice.objects.get().title == "我的标题"


def test_times_are_those_of_the_editions_zone(edition: Edition, tree: Tree, editor: User) -> None:
    client = client_of(editor)
    client.post("/w/notices/issued/new/", _form(acknowledge_by="2023-05-09T17:00"))

    notice = Notice.objects.get()

    assert notice.draft["acknowledge_by"] == "2023-05-09T17:00:00+08:00"
    assert 'value="2023-05-09T17:00"' in client.get(f"/w/notices/{notice.pk}/edit/").content.decode()


def test_attachments_are_named_ordered_and_ones_own(edition: Edition, tree: Tree, editor: User) -> None:
    first, second = _file(edition, tree, name="一.docx"), _file(edition, tree, name="二.docx")
    foreign = _file(edition, tree, owner="school_a", name="别人的.docx")
    client = client_of(editor)

    client.post(
        "/w/notices/issued/new/",
        _form(attachments=[second.pk, first.pk], **{f"attachment_title_{first.pk}": "附件2：安排"}),
    )
    refused = client.post("/w/notices/issued/new/", _form(attachments=[foreign.pk]))

    notice = Notice.objects.get()
    assert notice.draft["attachments"] == [str(second.pk), str(first.pk)]
    assert notice.draft["attachment_titles"][str(first.pk)] == "附件2：安排"
    assert refused.status_code == 400


def test_the_live_count_follows_the_picker(edition: Edition, tree: Tree, editor: User, district: User) -> None:
    address = f"/w/notices/audience/{tree.host.pk}/"
    client = client_of(editor)

    some = client.post(address, {"audience_mode": "some", "audience_school_types": ["secondary"]}).content.decode()
    everybody = client.post(address, {"audience_mode": "all"}).content.decode()
    wrong = client.post(address, {"audience_mode": "some", "audience_organisations": ["abc"]}).content.decode()
    foreign = client_of(district).post(
        f"/w/notices/audience/{tree.siming.pk}/",
        {"audience_mode": "some", "audience_organisations": [tree.school_b.pk]},
    )
    found = client_of(district).get(f"/w/notices/audience/{tree.siming.pk}/units/?find=学校").content.decode()

    assert "<strong>2</strong>" in some
    assert "<strong>9</strong>" in everybody
    assert "请从列表中重新选择" in wrong
    assert "示例第二职业学校" in foreign.content.decode()
    assert "示例第一职业学校" in found
    assert "示例第二职业学校" not in found


@pytest.mark.requirement("A2")
def test_forged_forms_sign_and_remind_nothing(edition: Edition, tree: Tree, editor: User, liaison: User) -> None:
    notice = make.published(edition, tree.host, editor)
    client = client_of(liaison)

    for unit in (str(tree.school_b.pk), str(tree.siming.pk), "abc", "", "²", "9" * 30):
        assert client.post(f"/w/notices/{notice.pk}/acknowledge/", {"organisation": unit}).status_code == 404
    assert client.post(f"/w/notices/{notice.pk}/receipts/remind/", {}).status_code == 404
    assert client.get(f"/w/notices/{notice.pk}/receipts/").status_code == 404
    assert not Receipt.objects.exclude(acknowledged_at=None).exists()


@pytest.mark.requirement("A2")
def test_reading_marks_seen_for_recipients_but_not_for_the_issuer(
    edition: Edition, tree: Tree, editor: User, liaison: User
) -> None:
    notice = make.published(edition, tree.host, editor)
    address = f"/w/notices/{notice.pk}/"

    client_of(editor).get(address)
    client_of(person(tree.siming, "reviewer")).get(address)
    client_of(liaison).get(address)

    seen = notice.receipts.exclude(seen_at=None).values_list("organisation__name", flat=True)
    assert set(seen) == {"示例思明区教育局", "示例第一职业学校"}


@pytest.mark.requirement("A2")
def test_the_workbook_says_who_signed_and_runs_no_formula(
    edition: Edition, tree: Tree, editor: User, liaison: User, tmp_path: Path
) -> None:
    tree.school_b.name = "=cmd|学校"
    tree.school_b.save()
    notice = make.published(edition, tree.host, editor, audience={"kinds": ["school"]})
    acknowledge(notice, tree.school_a, by=liaison)

    answer = client_of(editor).get(f"/w/notices/{notice.pk}/receipts/export/")

    path = tmp_path / "receipts.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    head, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1:]
    by_name = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_name["示例第一职业学校"]["状态"] == "已签收"
    assert by_name["示例第一职业学校"]["签收人"] == str(liaison)
    assert by_name["=cmd|学校"]["状态"] == "未查看"


@pytest.mark.requirement("A2")
def test_what_waits_stands_on_the_home_page(edition: Edition, tree: Tree, editor: User, liaison: User) -> None:
    notice = make.published(edition, tree.host, editor, title="请签收这一份")
    client = client_of(liaison)

    assert "请签收这一份" in client.get("/w/").content.decode()
    acknowledge(notice, tree.school_a, by=liaison)
    assert "请签收这一份" not in client.get("/w/").content.decode()


@pytest.mark.requirement("B7")
def test_public_notices_are_found_until_they_are_withdrawn(edition: Edition, tree: Tree, editor: User) -> None:
    notice = make.published(edition, tree.host, editor, title="茶艺展示的通知", body="<p>家电维修进社区</p>")
    make.published(edition, tree.host, editor, title="内部茶艺通知", is_public=False)

    assert [hit.object_id for hit in search("茶艺", kinds=["notice"]).hits] == [str(notice.pk)]
    assert [hit.url for hit in search("家电维修", kinds=["notice"]).hits] == [f"/notices/{notice.pk}/"]
    withdraw_notice(notice, actor=editor, reason="改期。")
    assert search("茶艺", kinds=["notice"]).total == 0
