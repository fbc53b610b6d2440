"""What the archive writes, the import reads: archive → import → archive keeps every piece (C7, C13)."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from skillweek.editions.models import Edition
from skillweek.organisations.models import User
from skillweek.reports.archive import archive_reports, open_archive
from skillweek.reports.models import DailyReport, PackageImport, ReportItem
from tests import factories
from tests.materials.make import plain_jpeg, plain_mp4
from tests.reports.importing.make import take
from tests.reports.review import make

pytestmark = [pytest.mark.requirement("C7"), pytest.mark.requirement("C13")]
_K = ReportItem.Kind

_LINE = st.text(alphabet="学生展示茶艺木工春夏秋冬。，；：“”（）/\\=+-@#'\"&<> aZ09é𠮷", max_size=40).map(str.strip)
_TITLE = st.text(alphabet="春夏秋冬梅兰竹菊aZ09—、", min_size=1, max_size=12).map(str.strip).filter(bool)
_TEXT = st.lists(_LINE, min_size=1, max_size=4).map("\n".join).map(str.strip).filter(bool)
_PHOTO_NAME = st.sampled_from(
    ["IMG_1.jpg", "img_1.JPG", "1.jpg", "学生:茶艺?.jpeg", ".jpg", "CON.jpg", "长" * 150 + ".jpg", "x"]
)
_TEXT_NAME = st.sampled_from(["稿件.docx", "稿件.DOCX", "校园开放日.docx", "~$旧.docx"])


def _piece(kind: str, **fields: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just(kind), **fields})


_PIECES = st.one_of(
    _piece(_K.PHOTO, name=_PHOTO_NAME, caption=_LINE),
    _piece(_K.VIDEO, name=st.sampled_from(["短片.mp4", "VID_1.MP4"]), caption=_LINE),
    _piece(_K.MANUSCRIPT, name=_TEXT_NAME, source=_LINE),
    _piece(_K.MANUSCRIPT, title=_TITLE, text=_TEXT, source=_LINE),
    _piece(_K.CASE, name=_TEXT_NAME, source=_LINE),
    _piece(_K.CASE, title=_TITLE, text=_TEXT, source=_LINE),
    _piece(
        _K.COVERAGE,
        title=_TITLE,
        outlet=_LINE,
        text=st.one_of(st.just(""), _TEXT),
        level=st.sampled_from(["", "national", "provincial", "municipal", "district", "school"]),
        published_on=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2099, 12, 31))),
        link=st.sampled_from(["", "https://example.com/a?b=1&c=2#d", "http://example.com/"]),
        scan=st.booleans(),
        photo=st.booleans(),
    ),
)


def _bytes(kind: str, number: int) -> bytes:
    """Content of its kind; no two pieces hold the same."""
    mark = number.to_bytes(2, "big")
    if kind == _K.VIDEO:
        return plain_mp4() + b"\0\0\0\x0afree" + mark
    if kind in (_K.MANUSCRIPT, _K.CASE):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("word/document.xml", f"<w:document>{number}</w:document>")
        return out.getvalue()
    return plain_jpeg() + mark


def _fill(report: DailyReport, pieces: list[dict[str, Any]]) -> None:
    taken: set[str] = set()
    for number, piece in enumerate(pieces):
        said = dict(piece)
        kind, name = said.pop("kind"), said.pop("name", "")
        for field in {"title", "text"} & said.keys():
            # Two of one title are told apart by “ (2)” in the archive, and the same text is taken once.
            said[field] += str(number) if said[field] in taken else ""
            taken.add(said[field])
        where = (report.edition, report.organisation)
        if name:
            said["file"] = make.stored(*where, name, _bytes(kind, number), kind=kind)
        if said.pop("scan", False):
            said["file"] = make.stored(*where, "扫描.jpg", _bytes(_K.PHOTO, 1000 + number), kind="coverage")
        if said.pop("photo", False):
            said["photo_file"] = make.stored(*where, "现场.jpg", _bytes(_K.PHOTO, 2000 + number), kind="coverage")
        make.item(report, kind, **said)


def _archive(report: DailyReport, by: User) -> bytes:
    reports = archive_reports(
        DailyReport.objects.filter(pk=report.pk), report.edition, [report.day], accepted_only=False
    )
    return b"".join(open_archive(reports, report.edition, by=by, what={}))


def _digests(archive: bytes) -> list[tuple[str, str]]:
    """(folder, SHA-256) of every file. Lists, whose bytes hold the hour, are compared by what they became."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return sorted(
            (name.split("/")[3], hashlib.sha256(opened.read(name)).hexdigest())
            for name in opened.namelist()
            if not name.endswith(".xlsx")
        )


def _pieces(report: DailyReport) -> list[tuple[Any, ...]]:
    plain = ("kind", "title", "text", "caption", "source", "outlet", "level", "published_on", "link")
    return sorted(report.items.values_list(*plain, "file__sha256", "photo_file__sha256"), key=repr)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    # Each try takes a second: a failure is shown as it was found.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(pieces=st.lists(_PIECES, min_size=1, max_size=8))
def test_archive_then_import_then_archive_keeps_every_piece(
    pieces: list[dict[str, Any]], tree: factories.Tree, edition: Edition, by: User
) -> None:
    other = factories.person(tree.school_b, "liaison")
    with transaction.atomic():
        first = make.report(edition, tree.school_a)
        _fill(first, pieces)
        second = make.report(edition, tree.school_b, state=DailyReport.State.DRAFT)
        packed = _archive(first, by)

        package = take(second, other, packed, "归档.zip")

        assert (package.state, package.message) == (PackageImport.State.DONE, "")
        assert {row["outcome"] for row in package.outcome} <= {"added", "used"}
        assert _pieces(second) == _pieces(first)
        DailyReport.objects.filter(pk=second.pk).update(state=DailyReport.State.SUBMITTED)
        assert _digests(_archive(second, by)) == _digests(packed)
        transaction.set_rollback(True)
