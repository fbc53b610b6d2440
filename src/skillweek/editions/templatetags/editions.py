"""What pages take from their edition: ``{% load editions %}``."""

from __future__ import annotations

from django import template

from skillweek.editions.models import Edition
from skillweek.editions.names import name_of
from skillweek.editions.schema_names import NameKind

register = template.Library()


@register.simple_tag
def own_name(edition: Edition, kind: NameKind) -> str:
    """``{% own_name edition "interviews" %}``: what these pages are called in this edition."""
    return name_of(edition, kind)
