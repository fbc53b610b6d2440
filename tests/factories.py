"""Real rows for tests: a small tree, people in it, an edition read from its folder. No mocks."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client

from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Line, Membership, Organisation, Role, SchoolType, User

REPOSITORY = Path(__file__).resolve().parent.parent
EDITIONS = REPOSITORY / "editions"
PASSWORD = "correct-horse-职教"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Tree:
    """host → edu, hr, society → siming, huli (below edu), tech (below hr) → schools."""

    host: Organisation
    edu: Organisation
    hr: Organisation
    society: Organisation
    siming: Organisation
    huli: Organisation
    school_a: Organisation
    school_b: Organisation
    college: Organisation
    tech: Organisation

    def fresh(self, name: str) -> Organisation:
        """The named node as the database has it now (treebeard keeps counts in the row)."""
        node: Organisation = Organisation.objects.get(pk=getattr(self, name).pk)
        return node


def _below(parent: Organisation, **fields: Any) -> Organisation:
    node: Organisation = Organisation.objects.add_child(Organisation.objects.get(pk=parent.pk), create_kwargs=fields)
    return node


def tree() -> Tree:
    """Make the whole sample tree: one school per district and type, so that scopes can leak if they are wrong."""
    host = Organisation.objects.add_root(
        create_kwargs={
            "code": "HOST",
            "name": "示例市教育局活动周办公室",
            "short_name": "市活动周办",
            "kind": Kind.HOST,
        }
    )
    edu = _below(host, code="EDU", name="示例市教育局", kind=Kind.CITY_BUREAU, line=Line.EDUCATION)
    hr = _below(host, code="HR", name="示例市人社局", kind=Kind.CITY_BUREAU, line=Line.HUMAN_RESOURCES)
    society = _below(host, code="SOC", name="示例市中华职教社", kind=Kind.CITY_BUREAU, line=Line.SOCIETY)
    district = {"kind": Kind.DISTRICT_BUREAU, "line": Line.EDUCATION}
    siming = _below(edu, code="EDU-SM", name="示例思明区教育局", district="思明区", **district)
    huli = _below(edu, code="EDU-HL", name="示例湖里区教育局", district="湖里区", **district)
    school = {"kind": Kind.SCHOOL, "line": Line.EDUCATION}
    return Tree(
        host=host,
        edu=edu,
        hr=hr,
        society=society,
        siming=siming,
        huli=huli,
        school_a=_below(
            siming, code="S-A", name="示例第一职业学校", district="思明区", school_type=SchoolType.SECONDARY, **school
        ),
        school_b=_below(
            huli, code="S-B", name="示例第二职业学校", district="湖里区", school_type=SchoolType.SECONDARY, **school
        ),
        college=_below(
            edu, code="S-C", name="示例职业技术学院", district="集美区", school_type=SchoolType.HIGHER, **school
        ),
        tech=_below(
            hr,
            code="S-T",
            name="示例技师学院",
            district="海沧区",
            school_type=SchoolType.TECHNICAL,
            kind=Kind.SCHOOL,
            line=Line.HUMAN_RESOURCES,
        ),
    )


def person(organisation: Organisation | None = None, role: Role | str = Role.LIAISON, **fields: Any) -> User:
    """A user with one role; ``fields`` override e-mail, phone, name. Without an organisation: no role at all."""
    number = next(_numbers)
    fields.setdefault("email", f"user{number}@example.org")
    fields.setdefault("name", f"示例人员{number}")
    user = User.objects.create_user(password=PASSWORD, **fields)
    if organisation is not None:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def edition(slug: str = "xiamen-2023", *, opened: bool = True, folder: Path | None = None) -> Edition:
    """Load an edition's real folder through the product's own verb, and open it."""
    from skillweek.editions.domain import load_edition, open_edition
    from skillweek.editions.folder import read_folder

    loaded, _outcome = load_edition(read_folder(folder or EDITIONS / slug), actor=None, reason="test")
    if opened and loaded.state != Edition.State.OPEN:
        open_edition(loaded, actor=None, reason="test")
        loaded.refresh_from_db()
    return loaded


def client_of(user: User) -> Client:
    """A client that is signed in as ``user``."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
