"""Telling people, contacts and groups: once under one key, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import translation

from skillweek.core.clock import now
from skillweek.notifications import kinds, texts
from skillweek.notifications.domain import routing
from skillweek.notifications.domain.addresses import key_of
from skillweek.notifications.kinds import Kind
from skillweek.notifications.models import Delivery, GroupChannel, Message
from skillweek.notifications.texts import Text, Words
from skillweek.organisations.models import Organisation, User


@transaction.atomic
def notify(
    recipients: Iterable[User],
    *,
    kind: str,
    title: Text = "",
    body: Text = "",
    context: Mapping[str, Any] | None = None,
    url: str = "",
    dedupe_key: str,
    organisation: Organisation | None = None,
    email: bool = True,
) -> list[Message]:
    """Put a message into each recipient's inbox and queue it for the channels they want.

    The texts are those of the declared ``kind`` filled with ``context`` (values: text, dates, or functions that make
    text in the reader's language), or ``title`` and ``body`` where given (functions are made in each recipient's own
    language too). ``url`` is a path on this site. ``email=False`` keeps it to the inbox. Everything is queued in the
    caller's transaction: if that fails, nobody is told. People without an address get a delivery that says why it was
    skipped. Returns the messages newly made; a recipient who already has ``dedupe_key`` gets nothing twice.
    Raises ValueError for a kind that nobody declared when there is no title either.
    """
    declared = kinds.find(kind)
    if declared is None and not title:
        raise ValueError(f"nobody declared the kind of message {kind}, and there is no title")
    words: dict[str, Words] = {}
    made = []
    for user in recipients:
        language = texts.reader_language(user.language)
        filled = {**_common(str(user), organisation, url), **texts.values(context or {}, language)}
        if declared and not title:
            if language not in words:
                words[language] = texts.words_of(declared, language)
            said = (texts.title_of(words[language], filled), texts.body_of(words[language], filled))
        else:
            with translation.override(language):
                said = (texts.one_line(_made(title)), _made(body))
        message, created = Message.objects.get_or_create(
            recipient=user,
            dedupe_key=dedupe_key,
            defaults={
                "kind": kind,
                "url": url,
                "organisation": organisation,
                "language": language,
                "context": filled if declared and not title else {},
                "title": said[0],
                "body": said[1],
            },
        )
        if created:
            made.append(message)
            if email:
                routing.to_person(message, user, declared)
    return made


def notify_contact(
    *,
    email: str = "",
    phone: str = "",
    name: str = "",
    kind: str,
    context: Mapping[str, Any] | None = None,
    url: str,
    dedupe_key: str,
    language: str = "",
    organisation: Organisation | None = None,
) -> Message | None:
    """Tell somebody without an account, by mail where there is an address, else by short message.

    ``url`` is a path on this site, usually a personal link. The message can be erased again: ``erase_contacts``.
    Returns the message, or None when this contact already has ``dedupe_key`` or gave neither address.
    Raises ValueError for a kind that nobody declared.
    """
    declared = _declared(kind)
    email, phone = email.strip(), phone.strip()
    if not email and not phone:
        return None
    language = texts.reader_language(language)
    filled = {**_common(name, organisation, url), **texts.values(context or {}, language)}
    once = {"recipient": None, "contact_key": key_of(email, phone), "dedupe_key": dedupe_key}
    if Message.objects.filter(**once).exists():
        return None
    words = texts.words_of(declared, language)
    try:
        with transaction.atomic():
            message = Message.objects.create(
                **once,
                audience=Message.Audience.CONTACT,
                name=name[:60],
                kind=kind,
                url=url,
                organisation=organisation,
                language=language,
                context=filled,
                title=texts.title_of(words, filled),
                body=texts.body_of(words, filled),
            )
            routing.to_contact(message, declared, email=email, phone=phone)
    except IntegrityError:
        if Message.objects.filter(**once).exists():  # another process said it at the same moment
            return None
        raise
    return message


@transaction.atomic
def notify_group(
    organisation: Organisation,
    *,
    kind: str,
    context: Mapping[str, Any] | None = None,
    url: str = "",
    dedupe_key: str,
) -> Message | None:
    """Post into the group chats whose robots this organisation set up for this kind.

    Returns the message, or None when there is no such robot or the key was used. Raises ValueError for a kind that
    nobody declared.
    """
    declared = _declared(kind)
    robots = GroupChannel.objects.filter(organisation=organisation, is_active=True)
    robots_for_it = [robot for robot in robots if not robot.kinds or kind in robot.kinds]
    if not robots_for_it:
        return None
    language = texts.reader_language("")
    filled = {**_common("", organisation, url), **texts.values(context or {}, language)}
    words = texts.words_of(declared, language)
    message, created = Message.objects.get_or_create(
        recipient=None,
        contact_key=f"group:{organisation.pk}",
        dedupe_key=dedupe_key,
        defaults={
            "audience": Message.Audience.GROUP,
            "kind": kind,
            "url": url,
            "organisation": organisation,
            "language": language,
            "context": filled,
            "title": texts.title_of(words, filled),
            "body": texts.body_of(words, filled),
        },
    )
    if not created:
        return None
    for robot in robots_for_it:
        routing.to_group(message, declared, robot)
    return message


def erase_contacts(*, before: datetime | None = None, prefix: str | Iterable[str] = "") -> int:
    """Take every personal detail out of messages to contacts; what is still waiting is not sent. Returns how many.

    ``before``: those made earlier. ``prefix``: those whose ``dedupe_key`` begins so (several: any of them). At least
    one must be given; both together narrow. The rows stay as figures for the log. Safe to repeat.
    """
    prefixes = [prefix] if isinstance(prefix, str) else list(prefix)
    prefixes = [text for text in prefixes if text]
    if before is None and not prefixes:
        raise ValueError("say which messages to erase: before, prefix, or both")
    rows = Message.objects.filter(audience=Message.Audience.CONTACT, erased_at=None)
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    if prefixes:
        which = Q()
        for text in prefixes:
            which |= Q(dedupe_key__startswith=text)
        rows = rows.filter(which)
    total = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            _erase(ids)
        total += len(ids)
    return total


def _erase(ids: list[int]) -> None:
    moment = now()
    waiting = (Delivery.State.QUEUED, Delivery.State.HELD, Delivery.State.SENDING)
    rows = Delivery.objects.filter(message_id__in=ids)
    rows.filter(state__in=waiting).update(
        state=Delivery.State.SKIPPED, reason=Delivery.Reason.ERASED, next_attempt_at=None
    )
    rows.update(address="")
    for pk in ids:  # each its own key, so that erased ones never collide
        Message.objects.filter(pk=pk).update(
            contact_key=f"erased:{pk}", name="", title="", body="", url="", context={}, erased_at=moment
        )


def _declared(code: str) -> Kind:
    kind = kinds.find(code)
    if kind is None:
        raise ValueError(f"nobody declared the kind of message {code}")
    return kind


def _made(text: Text) -> str:
    return str(text() if callable(text) else text)


def _common(name: str, organisation: Organisation | None, url: str) -> dict[str, str]:
    return {"recipient": name, "unit": organisation.name if organisation else "", "link": texts.link_to(url)}
