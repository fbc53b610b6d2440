import time
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweek.materials.tables import find_columns, read_rows

from .make import make_docx_raw, make_sheet


def _sheet_xml(path: Path, rows: str) -> Path:
    """An xlsx whose one sheet holds the given XML."""
    make_sheet(path, [["x"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.requirement("C7")
def test_read_rows_reads_a_sheet_as_people_see_it(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 1, ["文件名", " 说明 ", 3, 2.5])
        sheet.write_datetime(3, 1, date(2023, 5, 14), book.add_format({"num_format": "yyyy-mm-dd"}))

    assert read_rows(path) == [["文件名", "说明", "3", "2.5"], ["2023-05-14", "", "", ""]]


@pytest.mark.requirement("C7")
@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row>' + "<row/>" * 200_000 + '<row><c r="XFD1"><v>1</v></c></row>',
        '<row r="99999999999999"><c r="ZZZZZZZZ9"><v>x</v></c></row>',
        "<row><c t='s'><v>999999</v></c></row>",
    ],
)
def test_sheets_that_ask_for_gigabytes_cost_little(tmp_path, rows):
    start = time.perf_counter()

    assert read_rows(_sheet_xml(tmp_path / "a.xlsx", rows)) in ([], [["1"]], [["x"]])
    assert time.perf_counter() - start < 45


@pytest.mark.requirement("C7")
def test_read_rows_reads_tables_and_lines_of_a_docx(tmp_path):
    document = docx.Document()
    document.add_paragraph("照片说明")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "1.jpg", "学生展示茶艺"
    document.save(str(tmp_path / "a.docx"))

    assert read_rows(tmp_path / "a.docx") == [["1.jpg", "学生展示茶艺"], ["照片说明"]]


@pytest.mark.requirement("C7")
@pytest.mark.parametrize("document", ["", "<broken", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_a_broken_docx_has_no_rows(tmp_path, document):
    assert read_rows(make_docx_raw(tmp_path / "a.docx", document)) == []


@pytest.mark.requirement("C7")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(data=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.txt", "a.docx", "a.md"]))
def test_read_rows_never_raises(tmp_path, data, name):
    (tmp_path / name).write_bytes(data)

    rows = read_rows(tmp_path / name)

    assert all(isinstance(cell, str) for row in rows for cell in row)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["序号", "图片名称", "图片说明"], {"caption": 2, "name": 1}),
        (["图片说明", "图片名称"], {"caption": 0, "name": 1}),
        (["序号", "说明"], {"caption": 1, "name": 0}),
        (["FILE", "Caption"], {"caption": 1, "name": 0}),
        (["一", "二"], {}),
    ],
)
def test_find_columns_prefers_the_telling_header(header, columns):
    from skillweek.materials.caption_files import _COLUMNS

    assert find_columns([["标题"], header], _COLUMNS) == ((2, columns) if columns else (0, {}))
