"""What an entry must have before it may be handed in (E1, E7, E11)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from skillweek.contests.intake import problem_of
from skillweek.contests.models import Entry, EntryFile
from skillweek.core.errors import DomainError

_K = EntryFile.Kind


def check_entry(entry: Entry) -> None:
    """Raise DomainError naming the first field that is missing or does not fit."""
    _check_words(entry)
    _check_files(entry)
    _check_consent(entry)


def _check_words(entry: Entry) -> None:
    call = entry.call
    if not entry.title.strip():
        raise DomainError(_("请给作品起个标题。"), field="title")
    if not entry.author.strip():
        raise DomainError(_("请填写署名，可以用笔名。"), field="author")
    if len(entry.text) > call.text_max:
        text = _("文字有 %(count)d 字，最多 %(limit)d 字。请精简后再提交。")
        raise DomainError(text % {"count": len(entry.text), "limit": call.text_max}, field="text")
    if call.groups and entry.group not in call.groups:
        raise DomainError(_("请选择组别。"), field="group")


def _check_files(entry: Entry) -> None:
    call = entry.call
    files = list(entry.files.select_related("file"))
    for each in files:
        if problem := problem_of(each.file, each.kind, call):
            raise DomainError(problem, field="files")
    photos = sum(each.kind == _K.PHOTO for each in files)
    others = len(files) - photos
    if call.is_relay and not any(each.kind == _K.VIDEO for each in files):
        raise DomainError(_("接力需要一段技能视频，请上传。"), field="files")
    if not files and not (call.takes_text and entry.text.strip()):
        raise DomainError(_("请上传作品；照片和视频传完后再提交。"), field="files")
    if files and not others and photos < call.photos_min:
        text = _("照片至少 %(limit)d 张，现在有 %(count)d 张。")
        raise DomainError(text % {"limit": call.photos_min, "count": photos}, field="files")


def _check_consent(entry: Entry) -> None:
    call = entry.call
    if not entry.terms_agreed:
        raise DomainError(_("请先阅读并同意投稿须知。"), field="terms_agreed")
    if call.needs_portrait and not entry.portrait_agreed:
        raise DomainError(_("请确认：作品里能认出的人都同意公开。"), field="portrait_agreed")
    if not entry.is_minor:
        return
    if not call.takes_minors:
        raise DomainError(_("这个活动只收成年人的作品。"), field="is_minor")
    if not entry.guardian.strip():
        raise DomainError(_("作者未满 18 周岁，请填写监护人姓名。"), field="guardian")
    if not entry.guardian_agreed:
        raise DomainError(_("作者未满 18 周岁，请监护人确认同意。"), field="guardian_agreed")
