"""Every text of the interface speaks English too: nothing missing, nothing guessed, every placeholder in its place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.test import Client

from tests.factories import REPOSITORY

CATALOGUE = Path("locale/en/LC_MESSAGES/django.po")
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}|%[sd]")


def _read(path: Path) -> Catalog:
    with path.open("rb") as handle:
        return read_po(handle)


def _messages(catalogue: Catalog) -> dict[tuple[str, str | None], Message]:
    found = {}
    for message in catalogue:
        if message.id:
            first = message.id if isinstance(message.id, str) else message.id[0]
            found[first, message.context] = message
    return found


def _forms(message: Message) -> list[tuple[str, str]]:
    """(Chinese, English) of each plural form."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    return list(zip(message.id, message.string, strict=True))


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make messages` makes of the code as it is now, in a copy."""
    if shutil.which("xgettext") is None:
        pytest.skip("no GNU gettext here")
    place = tmp_path_factory.mktemp("messages") / "src"
    package = place / "skillweek"
    shutil.copytree(REPOSITORY / "src/skillweek", package, ignore=shutil.ignore_patterns("dist", "__pycache__", "*.mo"))
    own = {"PYTHONPATH": str(place), "SKILLWEEK_HOME": str(place / "home"), "DATABASE_URL": "sqlite:///:memory:"}
    own["PYTHONSAFEPATH"] = "1"  # it runs among the rooms, two of which are called like modules of Python
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"} | own
    command = ["-m", "skillweek.site.cli", "manage", "makemessages", "--locale", "en", "--no-obsolete", "--no-wrap"]
    subprocess.run([sys.executable, *command], cwd=package, env=environment, check=True, capture_output=True)
    return _read(package / CATALOGUE)


def test_every_text_has_an_english_translation(collected: Catalog) -> None:
    messages = _messages(collected).values()
    missing = [str(message.id) for message in messages if not all(english for _chinese, english in _forms(message))]

    assert missing == []


def test_the_catalogue_holds_nothing_that_is_gone(collected: Catalog) -> None:
    committed = set(_messages(_read(REPOSITORY / "src/skillweek" / CATALOGUE)))

    assert committed - set(_messages(collected)) == set()


def test_translations_keep_their_placeholders() -> None:
    wrong = [
        (chinese, english)
        for message in _messages(_read(REPOSITORY / "src/skillweek" / CATALOGUE)).values()
        for chinese, english in _forms(message)
        if english and sorted(set(_PLACEHOLDER.findall(chinese))) != sorted(set(_PLACEHOLDER.findall(english)))
    ]

    assert wrong == []


def test_no_translation_is_a_guess_or_still_chinese() -> None:
    catalogue = _messages(_read(REPOSITORY / "src/skillweek" / CATALOGUE)).values()
    # Words that stand on the template's sheet, whose headings are Chinese in every language, may be quoted.
    chinese = re.compile(r"[\u4e00-\u9fff]")
    left = [
        english for message in catalogue for _chinese, english in _forms(message) if chinese.search(_unquoted(english))
    ]

    assert [str(message.id) for message in catalogue if message.fuzzy] == []
    assert left == []


def _unquoted(text: str) -> str:
    return re.sub(r"“[^”]*”", "", text)


@pytest.mark.django_db
def test_pages_are_english_for_who_asks_for_it() -> None:
    if not (REPOSITORY / "src/skillweek" / CATALOGUE).with_suffix(".mo").exists():
        pytest.skip("catalogues are not compiled: make catalogues")
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"

    page = client.get("/accounts/login/").content.decode()

    assert "Forgot password" in page
    assert "忘记密码" not in page
