"""The questionnaire and its result. No account, no cookie; what is kept is a number."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from skillweek.careers.access import opening_for
from skillweek.careers.domain.counting import count
from skillweek.careers.queries.matching import activities_for, fields_of
from skillweek.careers.questions import items, kinds
from skillweek.careers.scoring import most, result_of, score
from skillweek.content.access import is_open
from skillweek.content.queries import absolute
from skillweek.core.limits import rate_limited
from skillweek.editions.asked import edition_asked

#: A whole class may stand behind one address.
_RATE = "600/h"


@never_cache
@rate_limited("careers", _RATE)
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The sentences; sending them leads to the result, whose address says it all."""
    edition = edition_asked(request)
    school = request.GET.get("school", "")[:40]
    opening = opening_for(edition, school)
    answers: dict[str, int] = {}
    if request.method == "POST" and opening is not None:
        given = {item.code: request.POST.get(item.code, "") for item in items()}
        answers = {code: int(value) for code, value in given.items() if value in ("0", "1", "2")}
        if len(answers) == len(given):
            made = score(answers)
            count(opening, made)
            return redirect("careers_public:result", made.code)
    rows: list[dict[str, Any]] = [{"item": item, "answer": answers.get(item.code)} for item in items()]
    missing = [number for number, row in enumerate(rows, start=1) if row["answer"] is None]
    is_sent = request.method == "POST" and opening is not None
    context = {
        "edition": edition,
        "opening": opening,
        "is_open": is_open(edition),
        "rows": rows,
        "missing": missing if is_sent else [],
        "choices": ((2, "2"), (1, "1"), (0, "0")),
    }
    return render(request, "careers/public/index.html", context, status=400 if is_sent else 200)


@never_cache
@require_safe
def result(request: HttpRequest, code: str) -> HttpResponse:
    """What a result means, the fields (大类) behind it, and activities of this week."""
    found = result_of(code)
    if found is None:
        raise Http404
    edition = edition_asked(request)
    limits, known = most(), kinds()
    bars = [
        {"kind": known[letter], "points": found.of(letter), "most": limits[letter]} for letter in found.order
    ]  # fmt: skip
    context = {
        "edition": edition,
        "result": found,
        "bars": bars,
        "leading": [] if found.is_flat else [known[letter] for letter in found.order[:2] if found.of(letter)],
        "fields": [] if found.is_flat else fields_of(found),
        "activities": [] if found.is_flat else list(activities_for(edition, found)),
        "link": absolute(request.path),
    }
    return render(request, "careers/public/result.html", context)
