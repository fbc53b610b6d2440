"""Shared fixtures. Everything is real: database, files, server; only the place is temporary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from skillweek.organisations.models import User
from tests import databases, factories
from tests.browsers import browser, built_frontend, playwright

__all__ = ["browser", "built_frontend", "playwright"]

#: No test fails for being slow: a busy machine says nothing about the code.
hypothesis.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--only-database``: for the second run, on PostgreSQL."""
    parser.addoption("--only-database", action="store_true", help="leave out the tests that use no database")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """After the folders have marked theirs."""
    if config.getoption("--only-database"):
        databases.deselect_those_without(config, items)


@pytest.fixture(scope="session", autouse=True)
def _quick_flush() -> None:
    databases.empty_quickly()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name made files by their length: their bytes hold the second of making, and workers must agree on names."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) and len(val) > 20 else None


@pytest.fixture(autouse=True)
def _own_files(settings: object, tmp_path: Path) -> None:
    """Each test has its own media and spool folders."""
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]
    settings.SPOOL_ROOT = str(tmp_path / "spool")  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    """Tests read the Chinese interface unless they switch."""
    cache.clear()
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def tree(db: None) -> factories.Tree:
    """The sample tree of organisations."""
    return factories.tree()


@pytest.fixture
def edition(db: None) -> object:
    """The real Xiamen 2023 edition, opened."""
    return factories.edition()


@pytest.fixture
def liaison(tree: factories.Tree) -> User:
    """The liaison of school A."""
    return factories.person(tree.school_a, "liaison")
