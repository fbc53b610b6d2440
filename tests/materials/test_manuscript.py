import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweek.materials.findings import Severity
from skillweek.materials.manuscript import (
    judge_manuscript,
    judge_manuscript_file,
    probe_manuscript,
    unsourced_quotation,
)
from skillweek.materials.text import ManuscriptError, OldFormatError, read_manuscript

from .conftest import codes
from .make import make_docx, make_docx_raw, plain_jpeg, sample_text

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.requirement("C2")
@pytest.mark.parametrize(
    ("words", "code", "severity"),
    [
        (719, "manuscript.too_short", Severity.ERROR),
        (720, "manuscript.short", Severity.WARNING),
        (799, "manuscript.short", Severity.WARNING),
        (800, None, None),
        (1500, None, None),
        (1501, "manuscript.long", Severity.WARNING),
        (1650, "manuscript.long", Severity.WARNING),
        (1651, "manuscript.too_long", Severity.ERROR),
    ],
)
def test_judge_manuscript_reads_about_as_ten_percent(rules, words, code, severity):
    findings = judge_manuscript(sample_text(words), rules.manuscript, "概况")

    assert [(f.code, f.severity) for f in findings] == ([(code, severity)] if code else [])


@pytest.mark.requirement("C2")
def test_judge_manuscript_names_count_and_limits(rules):
    finding = judge_manuscript(sample_text(700), rules.manuscript, "概况")[0]

    assert finding.message == "文字稿件《概况》共 700 字，要求 800–1500 字左右，不能少于 720 字。"
    assert "700 words" in finding.message_en


@pytest.mark.requirement("C2")
@pytest.mark.parametrize(
    "text",
    [
        "据《厦门日报》报道，活动吸引了千余名市民。",
        "人民日报评论指出：职业教育前途广阔。",
        "据新华社消息，大赛开幕。",
        "文中写道：“" + "职" * 60 + "”",
    ],
)
def test_quotations_without_a_source_are_found(rules, text):
    assert unsourced_quotation(text, rules.manuscript) != ""
    assert unsourced_quotation(text + "（来源：厦门日报 2023年5月15日）", rules.manuscript) == ""
    assert codes(judge_manuscript(sample_text(900) + text, rules.manuscript, "概况")) == ["manuscript.source"]
    assert judge_manuscript(sample_text(900) + text, rules.manuscript, "概况", source="厦门日报") == []


@pytest.mark.requirement("C2")
@pytest.mark.parametrize(
    "text",
    [
        "厦门日报记者到场采访了活动。",
        "厦门电视台等媒体走进校园。",
        "校长说：“欢迎大家。”",
        "主题是“技能：让生活更美好”。",
    ],
)
def test_mere_mentions_are_no_quotation(rules, text):
    assert unsourced_quotation(text, rules.manuscript) == ""


@pytest.mark.requirement("C2")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_read_manuscript_reads_texts_in_any_usual_encoding(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes("职业教育活动周".encode(encoding))

    assert read_manuscript(tmp_path / "a.txt") == "职业教育活动周"


@pytest.mark.requirement("C2")
def test_read_manuscript_reads_tables_and_paragraphs_of_a_docx(tmp_path):
    document = docx.Document()
    document.add_paragraph("第一段")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "左格", "右格"
    document.sections[0].header.paragraphs[0].text = "页眉不计"
    document.save(str(tmp_path / "a.docx"))

    text = read_manuscript(tmp_path / "a.docx")

    assert text.split() == ["第一段", "左格", "右格"]
    assert read_manuscript((tmp_path / "a.docx").read_bytes(), "a.docx") == text


@pytest.mark.requirement("C2")
def test_read_manuscript_reads_text_boxes_once_and_notes_but_not_deletions(tmp_path):
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    boxed = "<w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent>"
    body = (
        f"<w:document {_NS} {mc}><w:body><w:p><w:r><w:t>正文</w:t></w:r>"
        f"<w:r><mc:AlternateContent><mc:Choice>{boxed}</mc:Choice><mc:Fallback>{boxed}</mc:Fallback></mc:AlternateContent></w:r>"
        "<w:del><w:r><w:delText>删</w:delText></w:r></w:del></w:p></w:body></w:document>"
    )
    notes = (
        f'<w:footnotes {_NS}><w:footnote w:type="separator"><w:p><w:r><w:t>线</w:t></w:r></w:p></w:footnote>'
        "<w:footnote><w:p><w:r><w:t>脚注</w:t></w:r></w:p></w:footnote></w:footnotes>"
    )
    make_docx_raw(tmp_path / "a.docx", body, extra={"word/footnotes.xml": notes.encode()})

    assert read_manuscript(tmp_path / "a.docx").split() == ["正文框", "脚注"]


@pytest.mark.requirement("C2")
def test_read_manuscript_reads_strict_open_xml(tmp_path):
    strict = _NS.replace("schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml")
    body = f"<w:document {strict}><w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:document>"

    assert read_manuscript(make_docx_raw(tmp_path / "a.docx", body)) == "正文"


@pytest.mark.requirement("C2")
@pytest.mark.parametrize("name", ["a.doc", "a.wps"])
def test_old_documents_are_refused_with_what_to_do(tmp_path, rules, name):
    (tmp_path / name).write_bytes(_OLE)

    finding = judge_manuscript_file(probe_manuscript(tmp_path / name), rules.manuscript)[0]

    assert finding.code == "manuscript.old_format"
    assert "另存为" in finding.todo
    with pytest.raises(OldFormatError):
        read_manuscript(tmp_path / name)


@pytest.mark.requirement("C14")
def test_a_picture_named_docx_is_an_error(tmp_path, rules):
    (tmp_path / "a.docx").write_bytes(plain_jpeg())

    finding = judge_manuscript_file(probe_manuscript(tmp_path / "a.docx"), rules.manuscript)[0]

    assert (finding.code, "JPG 图片" in finding.message) == ("manuscript.format", True)


@pytest.mark.requirement("C2")
def test_xml_with_entities_is_refused(tmp_path):
    bomb = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><w:document {_NS}><w:t>&a;</w:t></w:document>'
    make_docx_raw(tmp_path / "a.docx", bomb)

    with pytest.raises(ManuscriptError, match="不安全"):
        read_manuscript(tmp_path / "a.docx")


@pytest.mark.requirement("C2")
def test_a_zip_bomb_in_a_docx_is_refused(tmp_path):
    make_docx_raw(tmp_path / "a.docx", f"<w:document {_NS}><w:t>{' ' * 30_000_000}</w:t></w:document>")

    with pytest.raises(ManuscriptError, match="压缩炸弹"):
        read_manuscript(tmp_path / "a.docx")


@pytest.mark.requirement("C2")
def test_deep_nesting_is_no_crash(tmp_path):
    deep = "<w:p>" * 5000 + "</w:p>" * 5000
    make_docx_raw(tmp_path / "a.docx", f"<w:document {_NS}>{deep}</w:document>")

    with pytest.raises(ManuscriptError):
        read_manuscript(tmp_path / "a.docx")


@pytest.mark.requirement("C2")
def test_a_damaged_docx_is_an_error_not_a_crash(tmp_path, rules):
    data = bytearray(make_docx(tmp_path / "a.docx", 900).read_bytes())
    for start in range(60, len(data) - 2000, 97):
        data[start] ^= 0xFF
    (tmp_path / "a.docx").write_bytes(data)

    found = codes(judge_manuscript_file(probe_manuscript(tmp_path / "a.docx"), rules.manuscript))

    assert found[0].startswith("manuscript.")


@pytest.mark.requirement("C2")
def test_a_docx_without_its_main_part_is_an_error(tmp_path, rules):
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml.rels", "x")

    found = codes(judge_manuscript_file(probe_manuscript(tmp_path / "a.docx"), rules.manuscript))

    assert found == ["manuscript.unreadable"]


@given(st.binary(max_size=2000))
def test_read_manuscript_raises_its_own_error_only(data):
    try:
        read_manuscript(data)
    except ManuscriptError as error:
        assert error.reason and error.reason_en


@given(st.text(max_size=500))
def test_judge_manuscript_never_raises(rules, text):
    judge_manuscript(text, rules.manuscript, "任意")
