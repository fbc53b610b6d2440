"""另行通知 in one go: write or take a supplement, publish it, settle what the notice left open (A3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from skillweek.activities.domain.changes import settle
from skillweek.activities.domain.session_facts import apply_facts
from skillweek.activities.models import Session, SessionChange
from skillweek.activities.session_words import facts_of, place_words, time_words
from skillweek.core.errors import DomainError
from skillweek.notices.domain.drafting import draft_notice
from skillweek.notices.domain.publishing import publish_notice
from skillweek.notices.models import Notice

_INTRO: Final = 2000
Wanted = Sequence[tuple[Session, Mapping[str, Any]]]


@transaction.atomic
def issue_supplement(
    wanted: Wanted,
    *,
    actor: Any,
    notice: Notice | None = None,
    parent: Notice | None = None,
    title: str = "",
    intro: str = "",
) -> tuple[Notice, list[SessionChange]]:
    """Publish a supplement and settle the sessions by it, all or nothing. Returns the notice and the changes.

    Either ``notice`` is there already (a draft is published now), or one is written as a supplement to ``parent`` with
    ``title``, ``intro`` and a table of what is settled. Raises what the verbs of notices and ``settle`` raise.
    """
    if not wanted:
        raise DomainError(_("请至少选择一场活动。"))
    if notice is None:
        notice = _write(wanted, actor=actor, parent=parent, title=title, intro=intro)
    if not notice.is_out:
        notice = publish_notice(notice, actor=actor)
    return notice, settle(wanted, notice=notice, actor=actor)


def _write(wanted: Wanted, *, actor: Any, parent: Notice | None, title: str, intro: str) -> Notice:
    if parent is None:
        raise DomainError(_("请选择要补充的通知。"), field="parent")
    title = " ".join(title.replace("\0", "").split())
    if not title:
        raise DomainError(_("请填写补充通知的标题。"), field="title")
    intro = intro.replace("\0", "").strip()
    if len(intro) > _INTRO:
        raise DomainError(_("说明最多 %(limit)s 个字。") % {"limit": _INTRO}, field="intro")
    return draft_notice(
        edition=parent.edition,
        organisation=parent.organisation,
        actor=actor,
        parent=parent,
        fields={"title": title, "body": body_of(wanted, intro)},
    )


def body_of(wanted: Wanted, intro: str) -> str:
    """The text of the supplement: what was written, and a table of activities with their time and place."""
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in intro.splitlines() if line.strip())
    rows = "".join(_row(session, new) for session, new in wanted)
    head = "".join(f"<th>{escape(word)}</th>" for word in (_("活动"), _("时间"), _("地点")))
    return f"{paragraphs}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _row(session: Session, new: Mapping[str, Any]) -> str:
    trial = Session.objects.select_related("activity__edition").get(pk=session.pk)
    apply_facts(trial, new)
    facts = facts_of(trial)
    name = trial.activity.title + (f"（{trial.label}）" if trial.label else "")
    cells = (name, time_words(facts, trial.activity.edition.zone), place_words(facts))
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
