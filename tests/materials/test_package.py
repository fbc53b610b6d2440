import shutil
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest

from skillweek.materials.caption_files import captions_from_rows
from skillweek.materials.findings import Kind
from skillweek.materials.layout import CAPTION_COLUMNS, COVERAGE_COLUMNS, COVERAGE_FILE, FOLDERS
from skillweek.materials.package import PackageError, open_package
from skillweek.materials.rules import CoverageLevel

from .make import make_docx, make_sheet, make_zip, plain_jpeg, plain_mp4


def put(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def kinds(path: Path) -> dict[str, Kind]:
    with open_package(path) as package:
        return {item.path: item.kind for item in package.items}


@pytest.mark.requirement("C7")
def test_kinds_come_from_names_content_and_folders_and_litter_is_ignored(tmp_path):
    put(
        tmp_path,
        {
            "某校/15日/概况.txt": "文字".encode(),
            "某校/15日/a.jpg": plain_jpeg(),
            "某校/15日/随手拍/没有后缀": plain_jpeg(),
            "某校/15日/短片/b.mp4": plain_mp4(),
            "某校/15日/视频/坏的.mp4": b"garbage\0\1\2",
            "某校/15日/照片资料/坏的": b"\0\1\2\3",
            "某校/15日/文字稿/扫描.pdf": b"%PDF-1.4",
            "某校/15日/统计.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(20),
            "某校/15日/更多.zip": b"PK\x05\x06" + bytes(18),
            "某校/.DS_Store": b"x",
            "某校/15日/Thumbs.db": b"x",
            "某校/15日/~$概况.docx": b"x",
            "__MACOSX/某校/._a.jpg": b"x",
            "某校/desktop.ini": b"x",
        },
    )

    assert kinds(tmp_path) == {
        "某校/15日/概况.txt": Kind.MANUSCRIPT,
        "某校/15日/a.jpg": Kind.PHOTO,
        "某校/15日/随手拍/没有后缀": Kind.PHOTO,
        "某校/15日/短片/b.mp4": Kind.VIDEO,
        "某校/15日/视频/坏的.mp4": Kind.VIDEO,
        "某校/15日/照片资料/坏的": Kind.PHOTO,
        "某校/15日/文字稿/扫描.pdf": Kind.MANUSCRIPT,
        "某校/15日/统计.xls": Kind.OTHER,
        "某校/15日/更多.zip": Kind.OTHER,
    }


@pytest.mark.requirement("C7")
def test_a_folder_and_its_zip_hold_the_same_items(tmp_path):
    root = put(
        tmp_path / "r",
        {
            "照片/茶艺展示.jpg": plain_jpeg(),
            "照片/图片说明.csv": "文件名,说明\n茶艺展示.jpg,学生茶艺\n".encode("gb18030"),
        },
    )
    shutil.make_archive(str(tmp_path / "a"), "zip", root)

    found = []
    for path in (root, tmp_path / "a.zip"):
        with open_package(path) as package:
            found.append(
                [(item.path, item.kind, item.caption, item.bytes, item.open().read()) for item in package.items]
            )

    assert found[0] == found[1] == [("照片/茶艺展示.jpg", Kind.PHOTO, "学生茶艺", len(plain_jpeg()), plain_jpeg())]


@pytest.mark.requirement("C7")
@pytest.mark.parametrize("ending", ["xlsx", "csv", "txt", "docx", "md"])
def test_captions_come_from_a_list_beside_the_photos(tmp_path, ending):
    put(tmp_path, {f"照片/{name}": plain_jpeg() for name in ("IMG_1.jpg", "2.jpg", "开放日参观.jpg", "IMG_4.jpg")})
    rows = [list(CAPTION_COLUMNS), ["IMG_1.jpg", "学生展示茶艺"], ["2", "护理服务"]]
    path = tmp_path / "照片" / f"图片说明.{ending}"
    if ending == "xlsx":
        make_sheet(path, rows)
    elif ending == "csv":
        path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8-sig")
    elif ending == "docx":
        document = docx.Document()
        table = document.add_table(rows=0, cols=2)
        for row in rows:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = row
        document.save(str(path))
    else:
        path.write_text("IMG_1.jpg：学生展示茶艺\n2、护理服务\n", encoding="gb18030")

    with open_package(tmp_path) as package:
        captions = {item.name: item.caption for item in package.items}

    assert captions == {
        "IMG_1.jpg": "学生展示茶艺",
        "2.jpg": "护理服务",
        "开放日参观.jpg": "开放日参观",
        "IMG_4.jpg": "",
    }


@pytest.mark.requirement("C7")
def test_a_list_above_the_photos_serves_the_folders_below(tmp_path):
    put(
        tmp_path,
        {"a/照片/IMG_1.jpg": plain_jpeg(), "a/照片说明.txt": "IMG_1 : 木工体验".encode(), "b/IMG_1.jpg": plain_jpeg()},
    )

    with open_package(tmp_path) as package:
        assert [(item.path, item.caption) for item in package.items] == [
            ("a/照片/IMG_1.jpg", "木工体验"),
            ("b/IMG_1.jpg", ""),
        ]


def test_a_text_that_only_sounds_like_a_list_stays_a_manuscript(tmp_path):
    put(tmp_path, {"照片/说明.txt": "本次活动".encode()})

    assert kinds(tmp_path) == {"照片/说明.txt": Kind.MANUSCRIPT}


@pytest.mark.parametrize(
    ("rows", "name", "caption"),
    [
        ([["序号", "图片名称", "图片说明"], ["1", "a.jpg", "甲"]], "a.jpg", "甲"),
        ([["图1 学生展示茶艺"]], "图1.jpg", "学生展示茶艺"),
        ([["a.jpg", "甲"]], "A.JPG", "甲"),
        ([["文件名", "说明"], ["a.jpg", ""]], "a.jpg", ""),
        ([["文件名", "说明"]], "a.jpg", None),
    ],
)
def test_captions_from_rows_understands_usual_lists(rows, name, caption):
    assert captions_from_rows(rows).get(name) == caption


@pytest.mark.requirement("C5")
def test_coverage_is_read_from_our_own_list(tmp_path):
    folder = FOLDERS[Kind.COVERAGE]
    put(tmp_path, {f"{folder}/{name}": data for name, data in {
        "1/版面.jpg": plain_jpeg(), "1/现场.jpg": plain_jpeg(80, 60), "1/全文.txt": b"text", "2.pdf": b"%PDF-1.4",
    }.items()})  # fmt: skip
    make_sheet(
        tmp_path / folder / COVERAGE_FILE,
        [
            list(COVERAGE_COLUMNS),
            [
                "厦门日报",
                "市级",
                "校园开放",
                "2023-05-15",
                "https://example.com/a",
                "1/版面.jpg",
                "1/现场.jpg",
                "1/全文.txt",
            ],
            ["某区报", "区县级", "服务社区", "", "", "2.pdf", "", ""],
        ],
    )

    with open_package(tmp_path) as package:
        items = [item.coverage for item in package.items]

    assert [item.kind for item in package.items] == [Kind.COVERAGE, Kind.COVERAGE]
    first = next(item for item in items if item.outlet == "厦门日报")
    assert (first.level, first.title, first.published_on) == (CoverageLevel.MUNICIPAL, "校园开放", date(2023, 5, 15))
    assert first.files == [f"{folder}/1/版面.jpg", f"{folder}/1/现场.jpg", f"{folder}/1/全文.txt"]
    second = next(item for item in items if item.outlet == "某区报")
    assert (second.level, second.scans, second.photos) == (CoverageLevel.DISTRICT, [f"{folder}/2.pdf"], [])


@pytest.mark.requirement("C5")
def test_coverage_without_a_list_is_grouped_by_folder_and_stem(tmp_path):
    put(tmp_path, {
        "05 媒体报道/厦门日报 市级 2023-05-15《校园开放》/扫描.pdf": b"%PDF-1.4",
        "05 媒体报道/厦门日报 市级 2023-05-15《校园开放》/1.jpg": plain_jpeg(),
        "05 媒体报道/扫描件/福建日报.jpg": plain_jpeg(),
        "05 媒体报道/福建日报-文稿.txt": b"text",
        "05 媒体报道/央视新闻/截图.png": plain_jpeg(kind="PNG"),
        "05 媒体报道/央视新闻/说明.txt": (
            "媒体：央视新闻\n媒体级别：国家级\n标题：技能之美\n日期：2023年5月16日".encode()
        ),
        "照片/a.jpg": plain_jpeg(),
    })  # fmt: skip

    with open_package(tmp_path) as package:
        found = {item.path: item.coverage for item in package.items if item.coverage}

    daily = found["05 媒体报道/厦门日报 市级 2023-05-15《校园开放》"]
    assert (daily.outlet, daily.title, daily.level) == ("厦门日报", "校园开放", CoverageLevel.MUNICIPAL)
    assert (len(daily.scans), len(daily.photos)) == (1, 1)
    fujian = found["05 媒体报道/福建日报"]
    assert (fujian.outlet, len(fujian.scans), len(fujian.texts)) == ("福建日报", 1, 1)
    national = found["05 媒体报道/央视新闻"]
    assert (national.level, national.title, national.published_on) == (
        CoverageLevel.NATIONAL, "技能之美", date(2023, 5, 16),
    )  # fmt: skip
    assert len(found) == 3


@pytest.mark.requirement("C7")
def test_links_in_a_folder_are_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    root = put(tmp_path / "r", {"a.txt": b"a"})
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    (root / "up").symlink_to(tmp_path)

    with open_package(root) as package:
        assert [item.path for item in package.items] == ["a.txt"]
        assert [where for where, _ in package.notes] == ["link.txt", "up"]


@pytest.mark.requirement("C7")
def test_unsafe_zip_entries_become_notes(tmp_path):
    make_zip(tmp_path / "a.zip", {"../../evil.jpg": plain_jpeg(), "照片/茶艺展示.jpg": plain_jpeg()})

    with open_package(tmp_path / "a.zip") as package:
        assert [item.path for item in package.items] == ["照片/茶艺展示.jpg"]
        assert [finding.code for _, finding in package.notes] == ["package.refused"]


@pytest.mark.requirement("C7")
def test_temporary_copies_are_dropped(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "a" * 100)
        archive.writestr("b.txt", "b" * 100)

    with open_package(tmp_path / "a.zip") as package:
        first, second = package.items
        path = first.local_path()
        assert path.read_text() == "a" * 100
        first.release()
        assert not path.exists()
        assert second.local_path().read_text() == "b" * 100
        kept = second.local_path()
    assert not kept.exists()


@pytest.mark.requirement("C7")
def test_a_broken_archive_is_refused_as_a_whole(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + bytes(100))

    with pytest.raises(PackageError, match="zip"):
        open_package(tmp_path / "a.zip")


def test_a_single_file_is_a_package_of_one(tmp_path):
    make_docx(tmp_path / "a.docx", 20)

    assert kinds(tmp_path / "a.docx") == {"a.docx": Kind.MANUSCRIPT}


def test_names_that_are_not_utf8_on_disk_are_shown_as_gbk(tmp_path):
    import os

    (Path(os.fsdecode(bytes(tmp_path) + b"/" + "茶艺展示.jpg".encode("gb18030")))).write_bytes(plain_jpeg())

    with open_package(tmp_path) as package:
        assert [(item.shown_path, item.name) for item in package.items] == [("茶艺展示.jpg", "茶艺展示.jpg")]


@pytest.mark.requirement("C7")
def test_a_cell_may_name_a_file_whose_name_holds_a_separator(tmp_path):
    put(
        tmp_path / "媒体报道",
        {
            "开幕、启动.png": plain_jpeg(70),
            "a.png": plain_jpeg(71),
            "b.png": plain_jpeg(72),
            "开幕、启动.mp4": b"\0\1\2",
        },
    )
    rows = [
        ["媒体", "标题", "扫描件"],
        ["甲报", "一", "开幕、启动.png"],
        ["乙报", "二", "a.png、b.png；"],
        ["丙报", "三", "没有.png"],
    ]
    make_sheet(tmp_path / "媒体报道" / COVERAGE_FILE, rows)

    with open_package(tmp_path) as package:
        found = {item.coverage.title: (item.coverage.scans, item.coverage.others) for item in package.items}

    assert found == {
        "一": (["媒体报道/开幕、启动.png"], []),
        "二": (["媒体报道/a.png", "媒体报道/b.png"], []),
        "三": ([], []),
        "启动": ([], ["媒体报道/开幕、启动.mp4"]),
    }


@pytest.mark.requirement("C7")
def test_brackets_of_chinese_keyboards_are_brackets(tmp_path):
    put(
        tmp_path,
        {
            "照片/（3）茶艺展示.jpg": plain_jpeg(),
            "照片/图片（4）.jpg": plain_jpeg(70),
            "照片/图片说明.txt": "4）学生讲解木工".encode(),
            "媒体报道/厦门日报（市级）《职教周开幕》2023-05-14/扫描件（1）.pdf": b"%PDF-1.4",
        },
    )

    with open_package(tmp_path) as package:
        captions = {item.name: item.caption for item in package.items if item.kind is Kind.PHOTO}
        [coverage] = [item.coverage for item in package.items if item.coverage]

    assert captions == {"（3）茶艺展示.jpg": "茶艺展示", "图片（4）.jpg": "学生讲解木工"}
    assert (coverage.outlet, coverage.level, coverage.title) == ("厦门日报", CoverageLevel.MUNICIPAL, "职教周开幕")
