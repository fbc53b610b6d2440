"""Showing figures by their codes."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.simple_tag
def number_of(numbers: Mapping[str, int], code: str) -> str:
    """The number of one field, or a dash."""
    return number_format(numbers[code]) if code in numbers else "—"
