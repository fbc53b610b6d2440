"""The catalogue of national policies that comes with the product: metadata and links, no texts (D5)."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.content import editorial
from skillweek.core.audit import record
from skillweek.core.errors import NotAllowed
from skillweek.editions.frozen import must_be_open
from skillweek.editions.models import Edition
from skillweek.organisations.models import Organisation
from skillweek.policies.access import writes_for
from skillweek.policies.models import Policy


def entries() -> dict[str, dict[str, Any]]:
    """The catalogue: key → the fields of a draft."""
    text = files("skillweek.policies").joinpath("data/national.toml").read_text("utf-8")
    return {str(key): dict(row) for key, row in tomllib.loads(text).items()}


@transaction.atomic
def load_catalogue(edition: Edition, organisation: Organisation, *, actor: Any) -> list[Policy]:
    """Enter what the edition lacks as drafts marked for checking (待核对); return them, none the second time.

    ``actor`` is None for the command line. Raises NotAllowed.
    """
    must_be_open(edition)
    if organisation.is_school or (actor is not None and not writes_for(actor, organisation)):
        raise NotAllowed(_("您不能为“%(name)s”录入政策。") % {"name": organisation})
    # One at a time: two people who press the button together load once.
    Edition.objects.select_for_update().get(pk=edition.pk)
    there = dict(Policy.objects.filter(edition=edition).exclude(catalogue_key="").values_list("catalogue_key", "pk"))
    made: list[Policy] = []
    for key, row in entries().items():
        if key in there:
            continue
        policy = Policy(edition=edition, organisation=organisation, catalogue_key=key, needs_check=True)
        draft = {**row, "body": "", "attachments": []}
        draft["related"] = [there[name] for name in row.get("related", []) if name in there]
        editorial.save_draft(policy, draft, actor=actor)
        there[key] = policy.pk
        made.append(policy)
        said = {"catalogue": key}
        record("policy.load", policy, actor=actor, organisation_id=organisation.pk, data=said)
    return made
