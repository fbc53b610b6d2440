"""The documentation of the check's JSON says all there is to say, and nothing else (C7)."""

import importlib.util
import json
import re
from dataclasses import fields
from pathlib import Path
from string import Formatter

import jsonschema
import pytest

from skillweek.materials import facts, layout, messages, rules, sniff
from skillweek.materials.coverage_files import CoverageItem
from skillweek.materials.findings import Kind, Severity
from skillweek.materials.messages import MESSAGES

DOCS = Path(__file__).parents[2] / "docs" / "developer"
SOURCES = Path(messages.__file__).parent
SCHEMA = json.loads((DOCS / "check-output.schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.requirement("C7")
def test_the_schema_lists_every_code_kind_format_and_severity():
    parts = SCHEMA["$defs"]
    properties = parts["facts"]["properties"]

    assert parts["finding"]["properties"]["code"]["enum"] == list(MESSAGES)
    assert parts["finding"]["properties"]["severity"]["enum"] == list(Severity)
    assert parts["item"]["properties"]["kind"]["enum"] == list(Kind)
    assert properties["format"]["enum"] == list(sniff.FORMATS)
    assert properties["level"]["enum"] == list(rules.CoverageLevel)


@pytest.mark.requirement("C7")
def test_the_schema_lists_every_fact():
    of_files = {
        field.name
        for kind in (facts.PhotoFacts, facts.VideoFacts, facts.ManuscriptFacts)
        for field in fields(kind)
        if field.name not in kind._hidden
    }
    of_coverage = {field.name for field in fields(CoverageItem)} - {"path"}

    assert set(SCHEMA["$defs"]["facts"]["properties"]) == of_files | of_coverage | {"sha256"}


@pytest.mark.requirement("C7")
def test_the_page_lists_every_code_as_it_is():
    spec = importlib.util.spec_from_file_location("finding_codes", DOCS / "finding_codes.py")
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)

    _, _, written = (DOCS / "check-json.md").read_text(encoding="utf-8").partition(program.START)

    assert written == program.table(), "run docs/developer/finding_codes.py"


@pytest.mark.requirement("C7")
def test_every_code_is_said_somewhere_and_none_is_unknown():
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py") if path.name != "messages.py")
    said = set(re.findall(r'"((?:manuscript|photo|video|coverage|file|package)\.[a-z_]+)"', source))

    assert said == set(MESSAGES)


@pytest.mark.parametrize("code", MESSAGES)
def test_both_languages_use_the_same_placeholders(code):
    message = MESSAGES[code]

    def names(text: str) -> set[str]:
        return {name.removesuffix("_en") for _, name, _, _ in Formatter().parse(text) if name}

    assert names(message.zh) == names(message.en)
    assert names(message.todo) == names(message.todo_en)
    assert message.zh.endswith("。")
    assert not re.search(r"[,;:!?]", message.zh + message.todo), "Chinese sentences take full-width punctuation"
    assert bool(message.todo) == bool(message.todo_en)


def test_the_layout_is_read_back_by_the_check():
    assert set(layout.FOLDERS) == set(Kind) - {Kind.OTHER}
