"""Ballots, voters and votes for tests, made by the product's own verbs."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.participation import who
from skillweek.participation.domain.contacts import Contact
from skillweek.participation.models import Participant
from skillweek.voting.domain.ballots import approve, save_ballot, submit
from skillweek.voting.domain.candidates import save_candidate
from skillweek.voting.domain.casting import cast
from skillweek.voting.models import Ballot, Candidate, VoteSheet
from tests.factories import person

_numbers = itertools.count(1)


def draft(edition: Edition, unit: Organisation, *, candidates: int = 3, **values: Any) -> Ballot:
    """A ballot that could be submitted."""
    fields = {
        "title": f"示例评选{next(_numbers)}", "rules": "每人三票。", "opens_at": now() - timedelta(hours=1),
        "closes_at": now() + timedelta(days=3), "per_ballot": 3, **values,
    }  # fmt: skip
    made = Ballot.objects.create(edition=edition, organisation=unit, **fields)
    for number in range(1, candidates + 1):
        group = made.groups[0] if made.groups else ""
        Candidate.objects.create(ballot=made, number=number, title=f"示例候选{number}", credit="示例单位", group=group)
    return made


def ballot(edition: Edition, unit: Organisation, **values: Any) -> Ballot:
    """A ballot in which one votes now."""
    made = draft(edition, unit, **values)
    made.state, made.published_at = Ballot.State.PUBLISHED, now() - timedelta(hours=1)
    made.save()
    return made


def approved(edition: Edition, unit: Organisation, writer: User, decider: User, **values: Any) -> Ballot:
    """The same by the verbs."""
    made = Ballot(edition=edition, organisation=unit)
    fields = {
        "title": "最美职校生", "rules": "每人三票。", "opens_at": now() - timedelta(hours=1),
        "closes_at": now() + timedelta(days=3), "groups": [], "per_ballot": 3, "per_day": 0, **values,
    }  # fmt: skip
    made = save_ballot(made, actor=writer, **fields)
    for name in ("林同学", "陈同学", "黄同学"):
        save_candidate(Candidate(ballot=made), actor=writer, title=name, credit="示例第一职业学校", text="热爱技能。")
    submit(made, actor=writer)
    return approve(made, actor=decider)


def participant(edition: Edition, contact: str = "", *, ago: float = 600, **fields: Any) -> Participant:
    """Somebody who proved a contact ``ago`` seconds ago."""
    contact = contact or f"voter{next(_numbers)}@163.com"
    is_mail = "@" in contact
    known = Contact(Participant.Channel.EMAIL if is_mail else Participant.Channel.PHONE, contact)
    return Participant.objects.create(
        edition=edition, channel=known.channel, contact=contact, contact_key=known.key(edition), masked=known.masked,
        nonce=uuid4().hex, verified_at=now() - timedelta(seconds=ago), **fields,
    )  # fmt: skip


def vote(voting: Ballot, *numbers: int, voter: Participant | None = None, **keys: Any) -> VoteSheet:
    """A sheet for the candidates with these numbers."""
    voter = voter or participant(voting.edition)
    keys = {"network_key": uuid4().hex, "device_key": uuid4().hex, **keys}
    ids = list(voting.candidates.filter(number__in=numbers).order_by("number").values_list("pk", flat=True))
    return cast(voting, voter, ids, client_id=uuid4(), **keys)


def browser_of(voter: Participant) -> Client:
    """A client that is the voter's."""
    client = Client()
    client.cookies[f"participant_{voter.edition_id}"] = who._signer().sign(f"{voter.pk}.{voter.nonce}")
    return client


def solve(page: str) -> str:
    """The answer to the page's proof of work."""
    found = re.search(r'id="proof-challenge" type="application/json">(.*?)</script>', page)
    assert found, page[:300]
    challenge = json.loads(found[1])
    for number in range(challenge["maxNumber"] + 1):
        if hashlib.sha256(f"{challenge['salt']}{number}".encode()).hexdigest() == challenge["challenge"]:
            return base64.b64encode(json.dumps({**challenge, "number": number}).encode()).decode()
    raise AssertionError


def client_id_in(page: str) -> str:
    """The number under which the page's form is sent."""
    found = re.search(r'name="client_id" value="([0-9a-f-]+)"', page)
    assert found
    return found[1]


def people(tree: Any) -> dict[str, User]:
    """Who writes and who decides around school A."""
    return {
        "liaison": person(tree.school_a, "liaison", name="陈老师"),
        "reviewer": person(tree.siming, "reviewer", name="思明审核员"),
        "other": person(tree.school_b, "manager", name="别校管理员"),
    }
