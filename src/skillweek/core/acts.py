"""A page's buttons: one address, and each button says in ``do`` which verb it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError, NotAllowed

#: What an act does to the row; returns what is said when it worked.
Act = Callable[[HttpRequest, Any], str]


def perform(request: HttpRequest, row: Any, acts: Mapping[str, Act]) -> str:
    """Carry out the act that the form names and say what came of it. Returns its name, ``""`` when it was refused: the
    reason is then said on the next page. NotAllowed passes through and becomes 403.
    """
    name = request.POST.get("do", "")
    try:
        if name not in acts:
            raise DomainError(_("不能识别的操作。请刷新页面后再试。"))
        said = acts[name](request, row)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return ""
    messages.success(request, said)
    return name
