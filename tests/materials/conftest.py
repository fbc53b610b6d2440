"""The 2023 notice's rules, and real files made once per session."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillweek.materials.edition_folder import load_rules
from skillweek.materials.rules import MaterialRules

from .make import make_docx, make_jpeg, make_mp4

EDITION = Path(__file__).parents[2] / "editions" / "xiamen-2023"


@pytest.fixture(scope="session")
def rules() -> MaterialRules:
    return load_rules(EDITION)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``good.jpg`` (fit for the 2023 rules), ``good.mp4`` (1280×720, 2 s) and ``good.docx`` (1000 字)."""
    folder = tmp_path_factory.mktemp("good")
    make_jpeg(folder / "good.jpg", seed=1)
    make_mp4(folder / "good.mp4", 1280, 720, 2)
    make_docx(folder / "good.docx", 1000)
    return folder


def codes(findings: list) -> list[str]:
    """The codes of findings, in order."""
    return [finding.code for finding in findings]
