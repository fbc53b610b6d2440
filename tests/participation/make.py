"""People of the public for tests of the rooms in which they take part."""

from __future__ import annotations

import secrets

from django.core.signing import Signer
from django.test import Client

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.participation.domain.contacts import Contact
from skillweek.participation.models import Participant


def participant(edition: Edition, address: str = "", **fields: object) -> Participant:
    """Somebody who proved an address of their own."""
    contact = Contact(Participant.Channel.EMAIL, address or f"{secrets.token_hex(6)}@example.org")
    values = {
        "channel": contact.channel, "contact": contact.value, "contact_key": contact.key(edition),
        "masked": contact.masked, "nonce": secrets.token_hex(16), "verified_at": now(), **fields,
    }  # fmt: skip
    return Participant.objects.create(edition=edition, **values)


def client_for(person: Participant, client: Client | None = None) -> Client:
    """A browser that the person proved their contact with."""
    client = client or Client()
    signer = Signer(salt="skillweek.participation.who")
    client.cookies[f"participant_{person.edition_id}"] = signer.sign(f"{person.pk}.{person.nonce}")
    return client
