"""Outlets: found by any of their names, made when nobody knows them, kept tidy by bureaus (D4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from skillweek.core.audit import record
from skillweek.core.errors import DomainError, NotAllowed
from skillweek.editions.models import Edition
from skillweek.press.access import is_decider
from skillweek.press.matching import name_key
from skillweek.press.models import Coverage, MediaOutlet


class OutletBook:
    """All outlets by their names, read once for many look-ups."""

    def __init__(self, edition: Edition) -> None:
        self.listed = {name_key(row.name): row for row in edition.doc.outlets}
        self.by_key = {key: outlet for outlet in MediaOutlet.objects.all() for key in outlet.keys}

    def find(self, name: str) -> MediaOutlet | None:
        """The outlet with this name or alias."""
        return self.by_key.get(name_key(name))

    def level_of(self, name: str) -> str:
        """The level by which it is known here or in the edition's list; empty for strangers."""
        outlet, listed = self.find(name), self.listed.get(name_key(name))
        return (outlet.level if outlet else "") or (str(listed.level) if listed else "")

    def get(self, name: str, level: str = "") -> MediaOutlet | None:
        """The outlet with this name, made when there is none; None for an empty name.

        A new one takes the level of the edition's list, else ``level``.
        """
        name = " ".join(name.split())[:120]
        key = name_key(name)
        if not key:
            return None
        if key not in self.by_key:
            listed = self.listed.get(key)
            made, _is_new = MediaOutlet.objects.get_or_create(
                name=listed.name if listed else name, defaults={"level": self.level_of(name) or level}
            )
            self.by_key[key] = made
        return self.by_key[key]


@transaction.atomic
def save_outlet(outlet: MediaOutlet, *, actor: Any, name: str, level: str, aliases: Iterable[str]) -> MediaOutlet:
    """Save a new or known outlet. Raises NotAllowed, DomainError when a name belongs to another."""
    if not is_decider(actor):
        raise NotAllowed(_("媒体库由各级审核员维护。"))
    name = " ".join(name.split())
    others = [alias for each in aliases if (alias := " ".join(each.split())) and name_key(alias) != name_key(name)]
    wanted = {name_key(each) for each in (name, *others)}
    for other in MediaOutlet.objects.exclude(pk=outlet.pk):
        if shared := wanted & set(other.keys):
            taken = next(each for each in (name, *others) if name_key(each) in shared)
            text = _("“%(name)s”已是“%(other)s”的名称或别名。是同一家媒体的，请用“并入”。")
            raise DomainError(text % {"name": taken, "other": other}, field="name")
    old = {"name": outlet.name, "level": outlet.level, "aliases": outlet.aliases} if outlet.pk else {}
    outlet.name, outlet.level, outlet.aliases = name, level, others
    try:
        with transaction.atomic():
            outlet.save()
    except IntegrityError:
        raise DomainError(_("这家媒体刚刚由同事添加。请刷新查看。"), field="name") from None
    record("outlet.save", outlet, actor=actor, data={"old": old, "name": name, "level": level, "aliases": others})
    return outlet


@transaction.atomic
def join_outlets(outlet: MediaOutlet, into: MediaOutlet, *, actor: Any) -> MediaOutlet:
    """Make ``outlet`` another name of ``into``; its coverage goes along. Raises NotAllowed, DomainError."""
    if not is_decider(actor):
        raise NotAllowed(_("媒体库由各级审核员维护。"))
    if outlet.pk == into.pk:
        raise DomainError(_("不能并入自己。请选另一家媒体。"), field="into")
    data = {"from": outlet.name, "coverage": Coverage.objects.filter(outlet=outlet).update(outlet=into)}
    names = [outlet.name, *outlet.aliases]
    outlet.delete()
    into.aliases = list(dict.fromkeys([*into.aliases, *names]))
    into.save()
    record("outlet.join", into, actor=actor, data=data)
    return into
