"""What the public sees of the library and how it looks for it (D5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.safestring import SafeString

from skillweek.content.editorial import public_q
from skillweek.content.html import plain_text
from skillweek.content.queries import summary_of
from skillweek.editions.models import Edition
from skillweek.policies.models import Policy
from skillweek.search.domain import Entry
from skillweek.search.queries import Hit, search

#: So many hits are ranked; a library holds fewer texts than that.
_RANKED: Final = 500
_PAGE: Final = 100
SORTS: Final = ("best", "newest", "oldest", "level")


def public_policies(edition: Edition) -> QuerySet[Policy]:
    """Policies of the edition that the public sees now, the newest first."""
    if edition.state == Edition.State.DRAFT:
        return Policy.objects.none()
    rows = Policy.objects.filter(public_q(), edition=edition).select_related("organisation")
    return rows.order_by(F("issued_on").desc(nulls_last=True), "-pk")


@dataclass(frozen=True)
class PolicyFilter:
    """What a reader looks for. Nonsense in the address is passed over."""

    text: str = ""
    level: str = ""
    kind: str = ""
    status: str = ""
    year: int = 0
    sort: str = ""

    @classmethod
    def from_query(cls, data: Mapping[str, str]) -> PolicyFilter:
        """Read ``q``, ``level``, ``kind``, ``status``, ``year``, ``sort``."""
        text = " ".join(data.get("q", "").replace("\0", "").split())[:60]
        level, kind, status = data.get("level", ""), data.get("kind", ""), data.get("status", "")
        year, sort = data.get("year", ""), data.get("sort", "")
        return cls(
            text,
            level if level in Policy.Level.values else "",
            kind if kind in Policy.Kind.values else "",
            status if status in Policy.Status.values else "",
            int(year) if year.isascii() and year.isdigit() and len(year) == 4 and int(year) else 0,
            sort if sort in SORTS else "",
        )

    @property
    def is_set(self) -> bool:
        """Whether anything is asked."""
        return bool(self.text or self.level or self.kind or self.status or self.year)

    def apply(self, rows: QuerySet[Policy]) -> QuerySet[Policy]:
        """Those of ``rows`` that fit, words aside, in the asked order."""
        asked = {"level": self.level, "kind": self.kind, "status": self.status, "issued_on__year": self.year}
        rows = rows.filter(**{name: value for name, value in asked.items() if value})
        if self.sort == "oldest":
            return rows.order_by(F("issued_on").asc(nulls_last=True), "pk")
        if self.sort == "level":
            order = [When(level=level, then=Value(number)) for number, level in enumerate(Policy.Level.values)]
            at = Case(*order, output_field=IntegerField())
            return rows.order_by(at, F("issued_on").desc(nulls_last=True), "-pk")
        return rows


@dataclass(frozen=True)
class Found:
    """Ids in order, with what the search says of each; ``is_loose``: nothing holds all the words."""

    ids: list[int]
    hits: dict[int, Hit] = field(default_factory=dict)
    is_loose: bool = False


def find(wanted: PolicyFilter, edition: Edition) -> Found:
    """The ids of what fits. With words the best come first, unless another order is asked."""
    rows = wanted.apply(public_policies(edition))
    if not wanted.text:
        return Found(list(rows.values_list("pk", flat=True)))
    hits: dict[int, Hit] = {}
    is_loose, total = False, 1
    while len(hits) < min(total, _RANKED):
        page = search(wanted.text, kinds=["policy"], edition_id=edition.pk, limit=_PAGE, offset=len(hits))
        is_loose, total = page.is_loose, page.total
        if not page.hits:
            break
        hits |= {int(hit.object_id): hit for hit in page.hits}
    fitting = list(rows.filter(pk__in=hits).values_list("pk", flat=True))
    if wanted.sort in ("", "best"):
        chosen = set(fitting)
        fitting = [pk for pk in hits if pk in chosen]
    return Found(fitting, hits, is_loose)


@dataclass(frozen=True)
class Card:
    """One policy as lists show it; ``title`` and ``words`` are safe HTML where a search marked them."""

    policy: Policy
    title: SafeString | str
    words: SafeString | str
    snippet: SafeString | str


def cards_of(ids: Iterable[int], found: Found) -> list[Card]:
    """Cards in the order of ``ids``."""
    listed = list(ids)
    rows = {row.pk: row for row in Policy.objects.filter(pk__in=listed).select_related("organisation")}
    return [_card(rows[pk], found.hits.get(pk)) for pk in listed if pk in rows]


def _card(policy: Policy, hit: Hit | None) -> Card:
    snippet = hit.snippet if hit is not None and "<mark>" in hit.snippet else ""
    return Card(policy, hit.title_html if hit else policy.title, summary_of(policy.live, 90), snippet)


def years_of(edition: Edition) -> list[int]:
    """The years in which public policies were issued, the newest first."""
    days = public_policies(edition).exclude(issued_on=None).order_by("-issued_on").values_list("issued_on", flat=True)
    return list(dict.fromkeys(day.year for day in days if day))


def neighbours(policy: Policy) -> tuple[Policy | None, Policy | None]:
    """The older and the newer policy, by day of issue."""
    ids = list(public_policies(policy.edition).values_list("pk", flat=True))
    if policy.pk not in ids:
        return None, None
    at = ids.index(policy.pk)
    rows = Policy.objects.in_bulk(ids[max(0, at - 1) : at + 2])
    newer, older = (rows.get(ids[at - 1]) if at else None), (rows.get(ids[at + 1]) if at + 1 < len(ids) else None)
    return older, newer


def related_of(policy: Policy, content: Mapping[str, Any]) -> list[Policy]:
    """Public policies that it names, and those that name it."""
    named = {int(pk) for pk in content.get("related") or [] if str(pk).isdigit()}
    rows = list(public_policies(policy.edition).exclude(pk=policy.pk))
    return [row for row in rows if row.pk in named or policy.pk in (row.live.get("related") or [])]


def address_of(policy: Policy) -> str:
    """The public path of a policy."""
    return reverse("policies_public:policy", args=[policy.pk])


def search_entry(policy: Policy) -> Entry:
    """A live policy as the search knows it; one without full text is found by its summary."""
    live = policy.live
    body = [str(live.get("summary") or ""), plain_text(str(live.get("body") or ""))]
    labels = [str(policy.get_kind_display()), str(policy.get_level_display())]
    words = [str(live.get(name) or "") for name in ("aliases", "number", "issuer")]
    return Entry(
        "policy",
        str(policy.pk),
        policy.title,
        address_of(policy),
        body="\n".join(filter(None, body)),
        keywords=" ".join(filter(None, [*words, *labels])),
        edition_id=policy.edition_id,
        weight=2 if policy.kind == Policy.Kind.LAW else 0,
    )


def search_entries() -> Iterable[Entry]:
    """Every public policy, for a rebuild of the index."""
    rows = Policy.objects.filter(public_q()).exclude(edition__state=Edition.State.DRAFT)
    return (search_entry(policy) for policy in rows.iterator(chunk_size=200))


def matching_title(rows: QuerySet[Policy], text: str) -> QuerySet[Policy]:
    """Rows whose title or number holds every word: for lists of drafts, which the search does not know."""
    for word in text.split():
        rows = rows.filter(Q(title__icontains=word) | Q(number__icontains=word))
    return rows
