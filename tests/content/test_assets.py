"""Assets: what is taken in, the copies made of it, and who may fetch them (D6)."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import piexif
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from PIL import Image

from skillweek.content.domain import delete_asset, hide_assets, publish_assets
from skillweek.content.domain.library import make_lost_copies
from skillweek.content.models import Asset, AssetUse, Page, Rendition
from skillweek.content.renditions import make_copies, widths_for
from skillweek.core.errors import Conflict, NotAllowed
from skillweek.uploads.models import StoredFile
from skillweek.uploads.tasks import check_file
from tests.content.conftest import purpose
from tests.factories import Tree, client_of, person
from tests.materials.make import make_docx, make_jpeg, make_mp4, plain_jpeg
from tests.pictures import metadata_of
from tests.uploads.protocol import Sender

pytestmark = pytest.mark.django_db
Make = Callable[..., Asset]


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """2400×1600, turned by EXIF, and it says where it was taken."""
    path = tmp_path_factory.mktemp("photo") / "a.jpg"
    return make_jpeg(path, 1600, 2400, min_bytes=0, orientation=6, gps=True).read_bytes()


@pytest.mark.requirement("D6")
def test_a_photo_becomes_copies_without_any_metadata(
    tree: Tree, send: Callable[..., UUID], photo: bytes, edition: Any
) -> None:
    assert piexif.load(photo)["GPS"]  # it could leak
    asset_id = send(person(tree.school_a, "member"), tree.school_a, photo, "茶艺.jpg")
    check_file.func(str(asset_id))
    assert DBTaskResult.objects.filter(task_path__endswith="make_renditions").count() == 1
    make_copies(asset_id)
    asset = Asset.objects.get(pk=asset_id)
    assert (asset.kind, asset.width, asset.height, asset.is_public) == ("picture", 2400, 1600, False)
    assert asset.file.findings == []  # no rule of daily reports speaks of it
    rows = {(row.format, row.width): row for row in asset.renditions.all()}
    assert set(rows) == {(kind, width) for kind in ("avif", "webp", "jpg") for width in (480, 960, 1600)}
    for (kind, width), row in rows.items():
        data = default_storage.open(row.key).read()
        assert len(data) == row.size
        assert not metadata_of(data), (kind, width)
        with Image.open(io.BytesIO(data)) as image:
            assert image.size == (width, round(width * 2 / 3)) == (row.width, row.height)
            assert not image.getexif() and "exif" not in image.info
            upright = image.convert("RGB")
        # The generator draws the top darker than the bottom; lying on its side it would not be.
        with Image.open(io.BytesIO(photo)) as original:
            exact = original.transpose(Image.Transpose.ROTATE_270).resize(upright.size)
        assert _distance(upright, exact.convert("RGB")) < 12
    assert rows["avif", 1600].size < rows["jpg", 1600].size
    assert make_copies(asset_id) == 0


def _distance(one: Image.Image, other: Image.Image) -> float:
    a, b = (image.resize((24, 16)).tobytes() for image in (one, other))
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a)


@pytest.mark.parametrize(
    ("width", "expected"),
    [(300, [300]), (480, [480]), (700, [480, 700]), (1600, [480, 960, 1600]), (5000, [480, 960, 1600])],
)  # fmt: skip
def test_a_picture_is_never_enlarged(width: int, expected: list[int]) -> None:
    assert widths_for(width) == expected


def test_a_transparent_picture_keeps_its_transparency_where_the_format_can(make_asset: Make, tmp_path: Path) -> None:
    path = tmp_path / "标志.png"
    Image.new("RGBA", (600, 300), (200, 0, 0, 0)).save(path)
    asset = make_asset(path=path)
    seen = {}
    for row in asset.renditions.filter(width=480):
        with Image.open(default_storage.open(row.key)) as image:
            seen[row.format] = image.convert("RGBA").getpixel((5, 5))
    assert seen["jpg"][:3] == (255, 255, 255) and seen["webp"][3] == seen["avif"][3] == 0


def test_a_video_is_copied_without_where_it_was_taken(make_asset: Make, tmp_path: Path) -> None:
    path, located = make_mp4(tmp_path / "plain.mp4", 320, 240), tmp_path / "短片.mp4"
    with av.open(str(path)) as source, av.open(str(located), "w") as target:
        target.metadata["location"] = "+24.4798+118.0894/"
        into = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = into
                target.mux(packet)
    assert b"loci" in located.read_bytes()
    asset = make_asset(path=located, kind="video")
    row = asset.renditions.get()
    data = default_storage.open(row.key).read()
    assert (row.format, row.width, row.height) == ("mp4", 320, 240)
    assert b"loci" not in data and data.find(b"moov") < data.find(b"mdat")
    with av.open(io.BytesIO(data)) as copy:
        assert sum(1 for _frame in copy.decode(video=0)) == sum(1 for _frame in av.open(str(path)).decode(video=0))


def _png_bomb() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.requirement("D6")
@pytest.mark.parametrize(
    ("name", "data", "kind", "words"),
    [
        ("图.svg", _SVG, "picture", "网页"),
        ("图.jpg", _SVG, "picture", "不能作为图片"),
        ("图.jpg", b"MZ\x90\0" + bytes(500), "picture", "不能作为图片"),
        ("图.png", _png_bomb(), "picture", "像素"),
        ("图.jpg", plain_jpeg(900, 600)[:-400], "picture", "完整"),
        ("片.mp4", plain_jpeg(), "video", "不能作为视频"),
        ("页.html", b"<!doctype html><script>1</script>", "attachment", "网页"),
        ("附件.pdf", b"<!doctype html><script>1</script>", "attachment", "不能作为附件"),
        ("附件.pdf", plain_jpeg(), "attachment", "插入图片"),
        ("附件.pdf.exe", b"MZ\x90\0" + bytes(500), "attachment", "可以运行"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(
    tree: Tree, edition: Any, name: str, data: bytes, kind: str, words: str
) -> None:
    sender = Sender(person(tree.school_a), tree.school_a, edition)
    response = sender.patch(sender.begin(len(data), name=name, kind="other", purpose=purpose(kind)), 0, data)
    assert response.status_code == 400
    assert words in response.json()["message"] and name in response.json()["message"]
    assert not Asset.objects.exists() and not StoredFile.objects.exists()


def test_a_picture_found_damaged_later_gets_no_copies_and_says_why(tree: Tree, send: Callable[..., UUID]) -> None:
    buffer = io.BytesIO()
    Image.effect_noise((900, 600), 80).save(buffer, "PNG")
    data = bytearray(buffer.getvalue())
    data[len(data) // 2 : len(data) // 2 + 64] = bytes(range(64))
    user = person(tree.school_a)
    asset_id = send(user, tree.school_a, bytes(data), "坏.png")
    address = reverse("content:asset_json", args=[asset_id])
    assert client_of(user).get(address).json()["state"] == "checking"
    check_file.func(str(asset_id))
    assert make_copies(asset_id) == 0
    told = client_of(user).get(address).json()
    assert told["state"] == "failed" and "坏.png" in told["problem"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kind": "photo"}, 400),
        ({"purpose": {"content": {"kind": "virus"}}}, 400),
        ({"purpose": {"content": {"kind": "picture"}, "day": "2023-05-15"}}, 400),
        ({"purpose": {"content": "picture"}}, 400),
    ],
)
def test_a_forged_purpose_is_refused(tree: Tree, edition: Any, said: dict[str, Any], status: int) -> None:
    sender = Sender(person(tree.school_a), tree.school_a, edition)
    response = sender.create(10, **{"kind": "other", "purpose": purpose("picture"), **said})
    assert response.status_code == status and "刷新" in response.json()["message"]


def test_sizes_are_limited_by_kind_before_a_byte_is_sent(tree: Tree, edition: Any) -> None:
    sender = Sender(person(tree.school_a), tree.school_a, edition)
    for kind, size, status in (
        ("picture", 41, 413),
        ("attachment", 101, 413),
        ("video", 190, 201),
        ("video", 201, 413),
    ):
        response = sender.create(size * 2**20, name="a.mp4", kind="other", purpose=purpose(kind))
        assert response.status_code == status, kind
    assert "最大 200 MB" in response.json()["message"]


def test_only_people_of_the_organisation_fill_its_library(tree: Tree, edition: Any) -> None:
    for user, organisation, status in (
        (person(tree.host, "reviewer"), tree.host, 201),
        (person(tree.siming, "reviewer"), tree.school_a, 403),
        (person(tree.school_b, "manager"), tree.school_a, 404),
        (person(tree.school_a, "member"), tree.school_a, 201),
    ):
        response = Sender(user, organisation, edition).create(9, name="a.jpg", kind="other", purpose=purpose("picture"))
        assert response.status_code == status


# Who may fetch what ------------------------------------------------------------------------------------------


def _addresses(asset: Asset) -> list[str]:
    row = asset.renditions.filter(format="webp").first()
    assert row is not None
    return [
        reverse("content_media:rendition", args=[asset.pk, row.width, "webp"]),
        reverse("content_media:derivative", args=[asset.pk, "large"]),
    ]


@pytest.mark.requirement("D6")
def test_strangers_fetch_exactly_what_is_shown_in_public(make_asset: Make, tree: Tree, page: Page) -> None:
    asset = make_asset()
    page.save()
    stranger, editor = Client(), client_of(person(tree.host, "reviewer"))
    foreign = client_of(person(tree.school_a))
    for address in _addresses(asset):
        assert (stranger.get(address).status_code, foreign.get(address).status_code) == (404, 404)
        private = editor.get(address)
        assert private.status_code == 200 and private["Cache-Control"].startswith("private")
    publish_assets(f'<figure><img data-asset="{asset.pk}"></figure>', owner=page)
    for address in _addresses(asset):
        response = stranger.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff" and "Cookie" not in response.get("Vary", "")
        assert "sandbox" in response["Content-Security-Policy"] and b"".join(response.streaming_content)
        again = stranger.get(address, headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    hide_assets(owner=page)
    assert stranger.get(_addresses(asset)[0]).status_code == 404
    # The original is never served by this room, and uploads asks for a role.
    assert stranger.get(reverse("uploads:original", args=[asset.pk])).status_code == 302


def test_a_video_is_sent_by_ranges(make_asset: Make, tmp_path: Path, page: Page) -> None:
    asset = make_asset(path=make_mp4(tmp_path / "片.mp4"), kind="video")
    page.save()
    publish_assets(asset, owner=page)
    address = reverse("content_media:rendition", args=[asset.pk, 320, "mp4"])
    part = Client().get(address, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part["Content-Type"], b"".join(part.streaming_content)) == (206, "video/mp4", b"ftyp")
    assert Client().get(reverse("content_media:derivative", args=[asset.pk, "poster"])).status_code == 200


def test_an_attachment_keeps_its_chinese_name(make_asset: Make, tmp_path: Path, page: Page, settings: Any) -> None:
    asset = make_asset(path=make_docx(tmp_path / "方案.docx", 50), kind="attachment", title="附件3：统计表")
    page.save()
    publish_assets(asset, owner=page)
    response = Client().get(reverse("content_media:attachment", args=[asset.pk]))
    assert response.status_code == 200
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E9%99%84%E4%BB%B63%EF%BC%9A%E7%BB%9F%E8%AE%A1%E8%A1%A8.docx"
    )
    settings.ACCEL_LOCATION = "/stored/"
    assert Client().get(reverse("content_media:attachment", args=[asset.pk]))["X-Accel-Redirect"] == (
        f"/stored/{asset.file.key}"
    )


def test_an_infected_or_unchecked_attachment_is_not_given_out(make_asset: Make, tmp_path: Path, page: Page) -> None:
    asset = make_asset(path=make_docx(tmp_path / "方案.docx", 50), kind="attachment")
    page.save()
    publish_assets(asset, owner=page)
    address = reverse("content_media:attachment", args=[asset.pk])
    for change in (
        {"state": "checking"},
        {"state": "failed"},
        {"state": "ready", "findings": [{"code": "file.virus"}]},
    ):
        StoredFile.objects.filter(pk=asset.pk).update(**change)
        assert Client().get(address).status_code == 404


def test_nobody_publishes_somebody_elses_file_by_its_id(make_asset: Make, tree: Tree, page: Page) -> None:
    foreign, own = make_asset(tree.school_b), make_asset(tree.host)
    page.save()
    assert publish_assets([foreign.pk, own], owner=page) == {own.pk}
    foreign.refresh_from_db()
    assert foreign.is_public is False
    assert publish_assets(foreign, owner=page, organisations=[tree.school_b.pk]) == {foreign.pk}


def test_an_asset_stays_public_while_anything_shows_it(make_asset: Make, tree: Tree, edition: Any, page: Page) -> None:
    asset = make_asset()
    page.save()
    other = Page.objects.create(edition=edition, organisation=tree.host, kind="news", slug="other", title="另一篇")
    publish_assets(asset, owner=page)
    publish_assets(str(asset.pk), owner=other)
    publish_assets("<p>没有图片了</p>", owner=page)
    asset.refresh_from_db()
    assert asset.is_public is True
    hide_assets(owner=other)
    asset.refresh_from_db()
    assert asset.is_public is False


def test_an_asset_in_use_is_not_deleted(make_asset: Make, tree: Tree, edition: Any) -> None:
    asset, editor = make_asset(), person(tree.host, "manager")
    shown = Page.objects.create(edition=edition, organisation=tree.host, kind="news", slug="x", title="开幕式")
    publish_assets(asset, owner=shown)
    with pytest.raises(NotAllowed):
        delete_asset(asset, actor=person(tree.school_a, "manager"))
    with pytest.raises(Conflict) as refusal:
        delete_asset(asset, actor=editor)
    assert "“开幕式”" in refusal.value.message
    hide_assets(owner=shown)
    keys = list(asset.renditions.values_list("key", flat=True))
    assert AssetUse.objects.count() == 0 and default_storage.exists(keys[0])
    delete_asset(asset, actor=editor)
    assert StoredFile.objects.get(pk=asset.pk).released_at is not None
    assert not Rendition.objects.exists()


def test_copies_that_a_killed_worker_left_out_are_found(make_asset: Make) -> None:
    asset = make_asset()
    asset.renditions.all().delete()
    assert make_lost_copies() == 0  # too young to be lost
    Asset.objects.filter(pk=asset.pk).update(updated_at=asset.created_at.replace(year=2000))
    DBTaskResult.objects.all().delete()
    assert make_lost_copies() == 1
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(asset.pk)]
