"""An edition leaves one installation and comes into another with every row and every total (A8)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import models

from skillweek.archive.decisions import DECISIONS, PLAIN_JSON, Exported, LeftOut, Rebuilt
from skillweek.archive.exporting import open_export, write_folder, zip_chunks
from skillweek.archive.importing import AlreadyThere, import_archive
from skillweek.archive.reading import EditionReader
from skillweek.archive.tables import columns_of, decision_of, exported_models, skillweek_models
from skillweek.archive.totals import totals_of
from skillweek.bookings.models import Booking
from skillweek.core.errors import DomainError
from skillweek.editions.domain import open_edition
from skillweek.editions.models import Edition
from skillweek.notices.models import Notice
from skillweek.organisations.models import Membership, Organisation, User
from skillweek.publicity.models import Story
from skillweek.search.queries import search
from skillweek.summaries.models import Summary
from skillweek.uploads.models import HashBand, StoredFile
from tests.archive import make
from tests.factories import Tree, person


def exported(edition: Edition, path: Path) -> Path:
    """The edition's zip at ``path``."""
    with path.open("wb") as out:
        for chunk in zip_chunks(open_export(edition, by=None)):
            out.write(chunk)
    return path


def canonical(edition: Edition) -> dict[str, list[dict[str, Any]]]:
    """Every exported row with its keys replaced by places, so that two installations can be compared line by line."""
    reader = EditionReader(edition)
    tables = {model: list(reader.lines(model)) for model in exported_models()}
    places = {
        model._meta.label_lower: {str(line.get("key")): place for place, line in enumerate(lines)}
        for model, lines in tables.items()
    }
    people = dict(User.objects.values_list("pk", "name"))
    found: dict[str, list[dict[str, Any]]] = {}
    for model, lines in tables.items():
        found[model._meta.label] = [_placed(model, line, places, people) for line in lines]
    found["organisations"] = list(reader.organisations())
    return found


def _placed(model: type[models.Model], line: dict[str, Any], places: Any, people: Any) -> dict[str, Any]:
    line = {name: value for name, value in line.items() if name not in ("key", "source_key")}
    for column in columns_of(model):
        target = column.related_model
        if target is not None and line.get(column.name) is not None and target is not Organisation:
            value = line[column.name]
            if isinstance(value, dict):  # a medium, by name
                continue
            line[column.name] = people[value] if target is User else places[target._meta.label_lower].get(str(value))
    for kind, key in (("object_type", "object_id"), ("owner_type", "owner_id")):
        if kind in line:
            line[key] = places.get(line[kind], {}).get(str(line[key]), line[kind] == "editions.edition")
    for content in ("draft", "live", "content"):
        if isinstance(line.get(content), dict) and line[content].get("activity"):
            line[content] = line[content] | {"activity": places["activities.activity"][str(line[content]["activity"])]}
        if isinstance(line.get(content), dict) and line[content].get("related"):
            related = [places["policies.policy"][str(key)] for key in line[content]["related"]]
            line[content] = line[content] | {"related": related}
        if isinstance(line.get(content), dict) and line[content].get("exhibits"):
            kinds = {"story": "publicity.story", "tour": "online.tour"}
            hung = [one | {"ref": places[kinds[one["kind"]]][one["ref"]]} for one in line[content]["exhibits"]]
            line[content] = line[content] | {"exhibits": hung}
    if "subject" in line and "visitors" in line:
        kind, _colon, key = line["subject"].partition(":")
        name = {"tour": "online.tour", "room": "online.liveroom", "hall": "online.hall"}.get(kind)
        line["subject"] = f"{kind}:{places[name][key] if name else True}"
    if isinstance(line.get("photos"), list):
        items = places["reports.reportitem"]
        line["photos"] = [one | {"item": items[str(one["item"])]} for one in line["photos"]]
    if isinstance(line.get("snapshot"), dict):
        known = places["activities.activity"]
        each = [line["snapshot"], *line["snapshot"].get("activities", [])]
        rows = [row | {"id": known[str(row["id"])]} if "id" in row else row for row in each]
        line["snapshot"] = rows[0] | ({"activities": rows[1:]} if rows[1:] else {})
    return line


def without_import(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Without what exporting and importing themselves write into the audit trail."""
    events = [line for line in tables["core.AuditEvent"] if not line["verb"].startswith("archive.")]
    return {**tables, "core.AuditEvent": events}


def test_every_table_has_a_decision_and_every_decision_a_table() -> None:
    labels = {model._meta.label for model in skillweek_models()}
    assert sorted(labels - DECISIONS.keys()) == []
    assert sorted(DECISIONS.keys() - labels) == []


def test_every_column_of_json_is_converted_or_known_to_name_no_row() -> None:
    """Ids inside JSON are those of the installation they come from: a new column must be decided on."""
    columns = {
        f"{model._meta.label}.{column.name}"
        for model in exported_models()
        for column in columns_of(model)
        if isinstance(column, models.JSONField) and column.name not in decision_of(model).convert
    }
    assert sorted(columns - PLAIN_JSON) == []
    assert sorted(PLAIN_JSON - columns) == []


def test_what_is_left_out_says_why() -> None:
    reasons = [each.reason for each in DECISIONS.values() if isinstance(each, LeftOut)]
    assert all(len(reason) > 20 for reason in reasons)
    assert all(len(each.by) > 20 for each in DECISIONS.values() if isinstance(each, Rebuilt))


def test_no_exported_column_holds_a_secret() -> None:
    words = ("password", "secret", "token", "nonce", "otp")
    found = {
        f"{model._meta.label}.{column.name}"
        for model in exported_models()
        for column in columns_of(model)
        if any(word in column.name for word in words)
    }
    # Emptied on its way out, see test_visitors_and_accounts_stay_home.
    assert found == {"bookings.Booking.nonce"}


@pytest.mark.requirement("A8")
def test_an_edition_comes_back_with_every_row_and_every_total(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    week = make.week(tree, edition, tmp_path)
    before, totals = canonical(week.edition), totals_of(week.edition)
    bytes_before = _bytes()
    empty = [label for label, lines in before.items() if not lines]
    archive = exported(week.edition, tmp_path / "week.zip")
    make.empty_the_installation()
    for file in Path(default_storage.location).rglob("*"):
        if file.is_file():
            file.unlink()

    imported = import_archive(archive, actor=None)

    assert imported.differences == []
    assert imported.notes == []
    assert imported.edition.state == Edition.State.CLOSED
    assert totals_of(imported.edition) == totals
    after = canonical(imported.edition)
    assert without_import(after) == without_import(before)
    assert _bytes() == bytes_before
    assert HashBand.objects.count() == 4 * StoredFile.objects.exclude(phash=None).count() > 0
    # Nothing of this stands on tables that were empty on both sides.
    assert set(empty) <= {"notices.PassOn", "notices.Receipt"}


def _bytes() -> dict[str, bytes]:
    found = {}
    for file in StoredFile.objects.all():
        with default_storage.open(file.key) as stream:
            found[str(file.pk)] = stream.read()
    return found


def test_names_without_foreign_keys_are_those_of_the_new_installation(
    tree: Tree, edition: Edition, tmp_path: Path
) -> None:
    week = make.week(tree, edition, tmp_path)
    week.story.draft = week.story.draft | {"activity": week.activity.pk, "credits": [tree.college.pk]}
    week.story.save()
    archive = exported(week.edition, tmp_path / "week.zip")
    make.empty_the_installation()
    imported = import_archive(archive, actor=None).edition
    school, college = make.organisation("S-A"), make.organisation("S-C")
    assert {school.pk, college.pk}.isdisjoint({tree.school_a.pk, tree.college.pk})

    notice = Notice.objects.get(edition=imported, title="关于举办活动周的通知")
    assert notice.audience["organisations"] == [school.pk, college.pk]
    assert notice.live["audience"]["organisations"] == [school.pk, college.pk]
    assert Notice.objects.get(edition=imported, title="补充通知").parent == notice
    assert f"/w/statistics/{school.pk}/figure/" in Summary.objects.get(edition=imported).body
    story = Story.objects.get(edition=imported)
    assert story.draft["credits"] == [college.pk]
    assert story.draft["activity"] == imported.activities.get(title="茶艺体验").pk
    assert [unit.code for unit in story.credits.all()] == ["S-A"]
    uses = {use.owner_id for use in story.sources.get(item__kind="photo", item__position=1).asset.uses.all()}
    assert uses == {str(story.pk)}


def test_visitors_and_accounts_stay_home(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    week = make.week(tree, edition, tmp_path)
    folder = tmp_path / "archive"
    write_folder(open_export(week.edition, by=week.manager), folder)
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((folder / "data").iterdir()))
    phone = Booking.objects.exclude(phone="").values_list("phone", flat=True)[0]
    for word in ("王小明", phone, week.manager.email, week.liaison.email, week.manager.password, "pbkdf2", "很有意思"):
        assert word not in text
    assert "张主任" in text

    make.empty_the_installation()
    imported = import_archive(folder, actor=None).edition
    assert {user.name for user in User.objects.all()} >= {"张主任", "李老师"}
    assert not User.objects.filter(is_active=True).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert not Membership.objects.filter(is_active=True).exists()
    assert Membership.objects.get(user__name="李老师").organisation.code == "S-A"
    bookings = Booking.objects.filter(session__activity__edition=imported)
    assert {(row.name, row.phone, row.nonce) for row in bookings} == {("", "", "")}
    assert sorted(row.party_size for row in bookings) == [1, 3]
    assert not bookings.filter(erased_at=None).exists()


def test_a_file_that_nobody_had_checked_yet_comes_too(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    week = make.week(tree, edition, tmp_path)
    file = StoredFile.objects.filter(kind="photo").first()
    assert file is not None
    StoredFile.objects.filter(pk=file.pk).update(sha256="", state=StoredFile.State.CHECKING)
    before = _bytes()
    archive = exported(week.edition, tmp_path / "week.zip")
    make.empty_the_installation()
    assert import_archive(archive, actor=None).notes == []
    assert _bytes() == before


def test_into_an_installation_at_work_units_are_matched_by_code(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    week = make.week(tree, edition, tmp_path)
    archive = exported(week.edition, tmp_path / "week.zip")
    make.empty_the_installation()
    host = Organisation.objects.add_root(create_kwargs={"code": "CITY", "name": "另一市", "kind": "host"})
    own = Organisation.objects.add_child(
        host, create_kwargs={"code": "S-A", "name": "自己的名字", "kind": "school", "school_type": "higher"}
    )
    from tests.factories import REPOSITORY
    from tests.factories import edition as load

    running = load("yunshan-2031", folder=REPOSITORY / "tests" / "editions" / "yunshan-2031")
    boss = person(Organisation.objects.get(pk=host.pk), "manager")

    imported = import_archive(archive, actor=boss)

    own.refresh_from_db()
    assert (own.name, own.is_active) == ("自己的名字", True)
    assert set(imported.edition.reports.values_list("organisation__code", flat=True)) == {"S-A", "S-B"}
    # A school that came with the archive owes nothing to the edition that runs here.
    assert not make.organisation("S-B").is_active
    assert Organisation.objects.filter(depth=1).count() == 1
    assert [note[:6] for note in imported.notes] == ["归档的主办单", "新建了 8 "]
    assert Edition.objects.current() == running


def test_the_same_archive_twice_says_that_it_is_there(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    week = make.week(tree, edition, tmp_path)
    archive = exported(week.edition, tmp_path / "week.zip")
    with pytest.raises(AlreadyThere, match="不会覆盖"):
        import_archive(archive, actor=None)
    make.empty_the_installation()
    import_archive(archive, actor=None)
    with pytest.raises(AlreadyThere, match=r"已于.*导入过"):
        import_archive(archive, actor=None)
    assert Edition.objects.count() == 1


def test_only_a_closed_edition_is_exported(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    with pytest.raises(DomainError, match="还没有结束"):
        open_export(edition, by=None)
    week = make.week(tree, edition, tmp_path)
    open_edition(week.edition, actor=week.manager, reason="补报")
    week.edition.refresh_from_db()
    with pytest.raises(DomainError, match="还没有结束"):
        open_export(week.edition, by=None)


def test_after_an_import_search_and_thumbnails_are_made_again(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    from skillweek.archive import tasks

    week = make.week(tree, edition, tmp_path)
    archive = exported(week.edition, tmp_path / "week.zip")
    make.empty_the_installation()
    imported = import_archive(archive, actor=None).edition
    assert tasks.feed_search(imported.pk) > 0
    assert [hit.title for hit in search("茶艺体验").hits][:1] == ["茶艺体验"]
    file = StoredFile.objects.filter(kind="photo").first()
    assert file is not None
    facts = file.facts
    assert tasks.make_thumbnails(file) == 2
    file.refresh_from_db()
    assert file.facts == facts
    assert {each.role for each in file.derivatives.all()} == {"thumb", "large"}


def test_the_manifest_tells_what_is_inside(tree: Tree, edition: Edition, tmp_path: Path) -> None:
    week = make.week(tree, edition, tmp_path)
    lost = StoredFile.objects.filter(kind="photo").first()
    assert lost is not None
    default_storage.delete(lost.key)
    folder = tmp_path / "archive"
    write_folder(open_export(week.edition, by=None), folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["format"], manifest["version"]) == ("skillweek-archive", 1)
    assert manifest["missing"] == [str(lost.pk)]
    assert manifest["damaged"] == []
    exports = [label for label, each in DECISIONS.items() if isinstance(each, Exported)]
    special = {"editions.Edition", "organisations.Membership"}
    assert set(manifest["counts"]) == set(exports) - special
    assert manifest["files"]["count"] == len(list((folder / "files").rglob("*.*")))
    with pytest.raises(DomainError, match="不是空文件夹"):
        write_folder(open_export(week.edition, by=None), folder)
    make.empty_the_installation()
    assert import_archive(folder, actor=None).notes == ["有 1 个文件在导出时就已缺失。"]
