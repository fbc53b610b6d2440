"""Policies for tests: a draft with everything that publication asks for."""

from __future__ import annotations

import itertools
from typing import Any

from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation, User
from skillweek.policies.domain.writing import publish_policy, save_policy
from skillweek.policies.models import Policy

_numbers = itertools.count(1)
LAW = (
    "<p>第一章　总则</p><p>第一条　为了推动职业教育高质量发展，制定本法。</p><p>第二条　本法所称职业教育……</p>"
    "<p>第二章　体系</p><p>第三条　国家推进产教融合、校企合作。</p><p>依照第一条的规定办理。</p>"
)


def draft(organisation: Organisation, edition: Edition, actor: User, **fields: Any) -> Policy:
    """A draft that could be published."""
    number = next(_numbers)
    content = {
        "title": f"示例政策{number}", "summary": "一句话说明", "issuer": "示例市教育局", "level": "city",
        "kind": "opinion",        "status": "current", "number": f"示教〔2023〕{number}号", "issued_on": "2023-03-01",
        "effective_on": "",
        "source_url": "https://example.org/policy", "body": "", "attachments": [], "related": [], **fields,
    }  # fmt: skip
    return save_policy(Policy(edition=edition, organisation=organisation), content, actor=actor)


def published(organisation: Organisation, edition: Edition, actor: User, **fields: Any) -> Policy:
    """The same, public."""
    policy = draft(organisation, edition, actor, **fields)
    publish_policy(policy, actor=actor)
    policy.refresh_from_db()
    return policy
