"""Objecting to a template of the summary that asks for what nobody knows (C11)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from skillweek.editions.schema import EditionDocument
from skillweek.summaries.compose import unknown_in_title, unknown_placeholders


def object_to_template(*, new: EditionDocument, old: EditionDocument, **_more: Any) -> list[str]:
    """Sentences about words in braces that mean nothing in their section; none when the template stays as it is."""
    if new.summary_template == old.summary_template and new.statistics_form == old.statistics_form:
        return []
    codes = {each.code for each in new.statistics_form.fields if each.kind != "text"}
    found = []
    if unknown := unknown_in_title(new.summary_template.title):
        found.append(_("情况总结的标题里的 %(names)s 没有对应的数据，会原样印出来。") % {"names": "、".join(unknown)})
    for section in new.summary_template.sections:
        if unknown := unknown_placeholders(section, codes):
            names = "、".join(unknown)
            text = _("情况总结的章节“%(section)s”里的 %(names)s 没有对应的数据，生成总结时会是空的，或者原样印出来。")
            found.append(text % {"section": section.heading or section.code, "names": names})
    return found
