"""Form fields for rich text and for assets, usable by every room's forms (D6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from skillweek.content.html import MAX_CHARACTERS, asset_ids, plain_text, sanitise
from skillweek.content.models import Asset


class RichTextWidget(forms.Textarea):
    """A text area that ``rich-text.ts`` turns into the editor; without JavaScript it stays a text area."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, assets: bool = True) -> None:
        given = {"rows": 12, "data-rich-text": "full" if assets else "text", **(attrs or {})}
        super().__init__(given)


class RichTextField(forms.CharField):
    """A rich text. Cleans to sanitised HTML; plain typed lines (no JavaScript) become paragraphs.

    ``assets=False`` leaves out pictures, videos and attachments. ``max_length`` counts the characters that a reader
    sees. A page with this field loads ``{% rich_text_assets organisation edition %}``.
    """

    def __init__(self, *, assets: bool = True, max_length: int | None = None, **kwargs: Any) -> None:
        self.longest = max_length
        self.assets = assets
        kwargs.setdefault("widget", RichTextWidget(assets=assets))
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        """The sanitised text."""
        text = super().to_python(value) or ""
        if len(text) > MAX_CHARACTERS:
            raise ValidationError(_("文字太长了，请分成几篇，或把长表格作为附件。"), code="too_long")
        if "<" not in text:
            lines = (line.strip() for line in text.splitlines())
            text = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
        clean = sanitise(text)
        return clean if plain_text(clean) or asset_ids(clean) else ""

    def validate(self, value: str) -> None:
        """Required, and not longer than allowed."""
        super().validate(value)
        if self.longest is not None and (count := len(plain_text(value))) > self.longest:
            text = _("文字共 %(count)d 个字符，最多 %(limit)d 个。请精简后再保存。")
            raise ValidationError(text, code="max_length", params={"count": count, "limit": self.longest})


class AssetWidget(forms.SelectMultiple):
    """A list of the library's assets that ``rich-text.ts`` turns into a chooser with pictures and upload."""

    def __init__(self, *, kinds: Sequence[str], multiple: bool) -> None:
        super().__init__({"data-asset-field": " ".join(kinds), **({"data-multiple": ""} if multiple else {})})
        self.allow_multiple_selected = multiple
        self.assets: list[Asset] = []

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """The chosen ones first and in their order, then the newest of the library."""
        chosen = [pk for pk in map(_uuid, value) if pk]
        rows = {row.pk: row for row in Asset.objects.filter(pk__in=chosen).select_related("file")}
        offered = [row for row in self.assets if row.pk not in rows]
        ordered = [*(rows[pk] for pk in chosen if pk in rows), *offered]
        empty = [] if self.allow_multiple_selected else [("", "—")]
        self.choices = [*empty, *((str(row.pk), str(row)) for row in ordered)]
        return list(super().optgroups(name, [str(pk) for pk in chosen], attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """All values; several also for a single field, which then says so."""
        getter = getattr(data, "getlist", None)
        values = getter(name) if getter else data.get(name)
        if isinstance(values, (str, UUID)):
            values = [values]
        return [str(value) for value in values or [] if value]


class AssetField(forms.Field):
    """Assets chosen from the library or uploaded at once: an ``Asset`` or None, with ``multiple`` a list in order.

    The form's ``__init__`` says from where: ``self.fields["cover"].offer(organisation, edition)``; only assets of these
    organisations, and public ones, are taken. Without it nothing but the ids' kind is checked, and ``publish_assets``
    still refuses to show somebody else's.
    """

    default_error_messages = {
        "unknown": _("所选的文件已不在素材库里，或不属于本单位。请重新选择。"),
        "one": _("这里只能选一个文件。"),
        "many": _("最多选 %(limit)d 个文件。"),
    }

    def __init__(
        self, *, kinds: Iterable[str] = ("picture",), multiple: bool = False, limit: int = 30, **kwargs: Any
    ) -> None:
        self.kinds = [str(kind) for kind in kinds]
        self.multiple = multiple
        self.limit = limit
        self.allowed: Q | None = None
        kwargs.setdefault("widget", AssetWidget(kinds=self.kinds, multiple=multiple))
        super().__init__(**kwargs)

    def offer(self, organisation: Any, edition: Any, also: Iterable[int] = ()) -> None:
        """Take assets of this organisation (and of ``also``, ids) in this edition; list the newest of them."""
        ids = [organisation.pk, *also]
        self.allowed = Q(organisation_id__in=ids) | Q(is_public=True)
        own = Asset.objects.filter(organisation_id__in=ids, edition=edition, kind__in=self.kinds)
        self.widget.assets = list(own.select_related("file")[:60])

    def prepare_value(self, value: Any) -> Any:
        """Ids for the widget, from assets or ids."""
        rows = value if isinstance(value, (list, tuple, QuerySet)) else [value] if value else []
        return [str(getattr(row, "pk", row)) for row in rows]

    def to_python(self, value: Any) -> Any:
        """The assets."""
        ids = list(dict.fromkeys(pk for pk in map(_uuid, value or []) if pk))
        if len(ids) != len(set(value or [])):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if not self.multiple and len(ids) > 1:
            raise ValidationError(self.error_messages["one"], code="one")
        if len(ids) > self.limit:
            raise ValidationError(self.error_messages["many"], code="many", params={"limit": self.limit})
        query = Asset.objects.filter(pk__in=ids, kind__in=self.kinds).select_related("file")
        if self.allowed is not None:
            query = query.filter(self.allowed)
        rows = {row.pk: row for row in query}
        if len(rows) != len(ids):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        found = [rows[pk] for pk in ids]
        if self.multiple:
            return found
        return found[0] if found else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other assets are chosen now, or in another order."""
        return bool(self.prepare_value(initial) != [str(value) for value in data or []])


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
