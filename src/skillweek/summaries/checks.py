"""What is strange in a summary: judged like a manuscript, and its figures compared. Nothing stands in the way (C11)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from skillweek.content.html import plain_text
from skillweek.materials.manuscript import judge_manuscript
from skillweek.materials.words import count_words
from skillweek.summaries.figures import Reference, references
from skillweek.summaries.material import shown_photos
from skillweek.summaries.models import Summary


@dataclass(frozen=True)
class SummaryFinding:
    """One thing to look at."""

    code: str
    severity: str
    message: str
    todo: str = ""


def findings_of(summary: Summary, known: list[Reference] | None = None) -> list[object]:
    """Everything to look at, in the reader's language where it is ours; the judge's findings carry both."""
    edition, text = summary.edition, plain_text(summary.body)
    found: list[object] = []
    words, template = count_words(text), edition.doc.summary_template
    if template.min_words and words < template.min_words:
        message = _("总结有 %(words)d 字，建议不少于 %(limit)d 字。") % {"words": words, "limit": template.min_words}
        found.append(SummaryFinding("summary.short", "warning", message, _("可以补充做法、成效和案例。")))
    if template.max_words and words > template.max_words:
        message = _("总结有 %(words)d 字，建议不超过 %(limit)d 字。") % {"words": words, "limit": template.max_words}
        found.append(SummaryFinding("summary.long", "warning", message, _("请精简。")))
    quoted = [
        finding.as_dict()
        for finding in judge_manuscript(text, edition.material_rules.manuscript, summary.title)
        if finding.code == "manuscript.source"
    ]
    found += quoted
    numbers = known if known is not None else references(edition, summary.organisation, summary.body)
    if stale := [each for each in numbers if each.is_stale]:
        names = "、".join(f"“{name}”" for name in dict.fromkeys(each.name for each in stale))
        count = len(stale)
        text = ngettext(
            "%(number)d 个数字与统计表不同：%(names)s。", "%(number)d 个数字与统计表不同：%(names)s。", count
        )
        message = text % {"number": count, "names": names}
        found.append(SummaryFinding("summary.stale", "warning", message, _("点“更新数字”即可改成现在的数。")))
    if waiting := sum(bool(each.waiting) for each in numbers):
        text = ngettext(
            "%(number)d 个数字里有还没有通过审核的数据。", "%(number)d 个数字里有还没有通过审核的数据。", waiting
        )
        message = text % {"number": waiting}
        found.append(SummaryFinding("summary.waiting", "advice", message, _("导出的文件会注明。统计表通过后即消失。")))
    if gone := summary.photos.count() - shown_photos(summary).count():
        text = ngettext(
            "%(number)d 张照片已删除，或报告被退回。",
            "%(number)d 张照片已删除，或报告被退回。",
            gone,
        )
        message = text % {"number": gone}
        found.append(SummaryFinding("summary.gone", "warning", message, _("这些照片不会出现在文件里。")))
    if not summary.photos.all():
        found.append(
            SummaryFinding("summary.photos", "advice", _("总结还没有照片。"), _("可以从已通过的照片里选几张。"))
        )
    return found
