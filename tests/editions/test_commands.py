"""``skillweek edition``: check, load, export, list (A4)."""

from __future__ import annotations

import contextvars
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skillweek.core.audit import history_of
from skillweek.editions.domain import close_edition
from skillweek.editions.folder import read_folder
from skillweek.editions.models import Edition
from skillweek.reports.models import DailyReport
from skillweek.site.edition_commands import edition as command
from tests.factories import EDITIONS, Tree

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("A4")]
XIAMEN = EDITIONS / "xiamen-2023"


def _run(*arguments: object) -> Result:
    """Run the command in a context of its own, as a process would."""
    words = [str(argument) for argument in arguments]
    return contextvars.copy_context().run(CliRunner().invoke, command, words)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real edition, to be changed."""
    shutil.copytree(XIAMEN, tmp_path / "mine")
    return tmp_path / "mine"


def _change(folder: Path, old: str, new: str, file: str = "edition.toml") -> None:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_check_says_what_it_read() -> None:
    result = _run("check", XIAMEN)

    assert result.exit_code == 0
    assert "xiamen-2023：2023年厦门市职业教育活动周，2023-05-14 至 2023-05-20，7 天。" in result.output


def test_check_names_file_key_and_what_was_expected(folder: Path) -> None:
    _change(folder, "min_width = 2000", 'min_width = "wide"', "material-rules.toml")
    _change(folder, "Asia/Shanghai", "Xiamen")

    result = _run("check", folder)

    assert result.exit_code == 1
    assert "edition.toml 的 zone：应为时区名称，如 Asia/Shanghai，现在是 'Xiamen'。" in result.output
    assert "material-rules.toml 的 photo.min_width：应为整数，现在是 'wide'。" in result.output
    assert "有 2 处不符合要求" in result.output


@pytest.mark.parametrize("arguments", [["check", "nowhere"], ["check"], ["export", "nowhere-1999", "x"], ["burn", "x"]])
def test_wrong_call_ends_with_2(arguments: list[str]) -> None:
    assert _run(*arguments).exit_code == 2


def test_load_twice_changes_nothing_the_second_time() -> None:
    first, second = _run("load", XIAMEN, "--open"), _run("load", XIAMEN, "--open")

    edition = Edition.objects.get()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "已新建" in first.output
    assert "没有变化" in second.output
    assert (edition.revision, edition.state, edition.revisions.count()) == (1, "open", 1)
    assert [event.verb for event in history_of(edition)] == ["edition.open", "edition.create"]
    assert {event.channel for event in history_of(edition)} == {"cli"}


def test_load_updates_and_keeps_the_old_state(folder: Path) -> None:
    _run("load", XIAMEN)
    _change(folder, "技能:让生活更美好", "技能照亮前程")

    result = _run("load", folder, "--reason", "主题已更新")

    edition = Edition.objects.get()
    assert result.exit_code == 0
    assert "已更新，第 2 版" in result.output
    assert (edition.theme, edition.doc.theme) == ("技能照亮前程", "技能照亮前程")
    assert [(row.number, row.document["theme"], row.reason) for row in edition.revisions.all()] == [
        (2, "技能照亮前程", "主题已更新"),
        (1, "技能:让生活更美好", ""),
    ]


def test_load_refuses_a_faulty_folder_and_leaves_the_edition_alone(folder: Path) -> None:
    _run("load", XIAMEN)
    _change(folder, 'starts_on = "2023-05-14"', 'starts_on = "soon"')

    result = _run("load", folder)

    assert result.exit_code == 1
    assert "edition.toml 的 starts_on：应为日期" in result.output
    assert Edition.objects.get().revision == 1


def test_closed_edition_is_changed_only_by_force(folder: Path, edition: Edition) -> None:
    close_edition(edition, actor=None)
    _change(folder, "技能:让生活更美好", "技能照亮前程")

    refused, forced = _run("load", folder), _run("load", folder, "--force")

    assert (refused.exit_code, forced.exit_code) == (1, 0)
    assert "已经归档" in refused.output
    assert "--force" in refused.output
    assert Edition.objects.get().theme == "技能照亮前程"


def test_load_refuses_what_contradicts_accepted_reports_unless_told_so(
    folder: Path, edition: Edition, tree: Tree
) -> None:
    DailyReport.objects.create(
        edition=edition, organisation=tree.school_a, day=edition.days[0], state=DailyReport.State.ACCEPTED
    )
    _change(folder, 'starts_on = "2023-05-14"', 'starts_on = "2023-05-15"')

    refused = _run("load", folder)
    kept = Edition.objects.get().starts_on.day
    forced = _run("load", folder, "--force", "--reason", "推迟一天")

    assert (refused.exit_code, kept, forced.exit_code) == (1, 14, 0)
    assert "✗ 5月14日不在新的起止日期内，但已有 1 份报告。" in refused.output
    assert "确定要改，请加 --force。" in refused.output
    assert Edition.objects.get().revisions.first().reason == "推迟一天"


def test_export_gives_the_folder_that_was_loaded(tmp_path: Path, edition: Edition) -> None:
    result = _run("export", "xiamen-2023", tmp_path / "out")

    assert result.exit_code == 0
    assert read_folder(tmp_path / "out") == read_folder(XIAMEN)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        path.name: path.read_bytes() for path in XIAMEN.iterdir() if path.is_file()
    }
    assert "没有变化" in _run("load", tmp_path / "out").output


def test_export_does_not_write_over_another_edition(edition: Edition, tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parent / "yunshan-2031", tmp_path / "out")

    refused = _run("export", "xiamen-2023", tmp_path / "out")
    kept = read_folder(tmp_path / "out").id
    forced = _run("export", "xiamen-2023", tmp_path / "out", "--force")

    assert (refused.exit_code, kept, forced.exit_code) == (1, "yunshan-2031", 0)
    assert read_folder(tmp_path / "out").id == "xiamen-2023"


def test_list_marks_the_current_edition(edition: Edition) -> None:
    _run("load", Path(__file__).parent / "yunshan-2031")

    lines = _run("list").output.splitlines()

    assert [line.split("\t")[0] for line in lines] == ["  yunshan-2031", "* xiamen-2023"]
    assert "进行中" in lines[1]
