"""How the columns of the online week pass an archive (A8, B11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillweek.archive.references import Translator, editorial
from skillweek.online import exhibits
from skillweek.online.models import Said
from skillweek.online.works import BY_CODE


def hall(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """Draft or live content of a hall: its exhibits by the ids that they have on the other side; those that the archive
    does not hold are left out."""
    content = editorial(value, row, names)
    if isinstance(content, dict) and content.get("exhibits"):
        found = [_exhibit(one, names) for one in content["exhibits"] if isinstance(one, Mapping)]
        content["exhibits"] = [one for one in found if one is not None]
    return content


def _exhibit(one: Mapping[str, Any], names: Translator) -> dict[str, Any] | None:
    kind = exhibits.kind_of(str(one.get("kind")))
    if kind is None:
        return None
    ref = str(one.get("ref"))
    new = ref if kind.convert is None else kind.convert(ref, names) if ref.isdigit() else None
    return None if new is None else {**one, "ref": new}


def subject(value: Any, row: dict[str, Any], names: Translator) -> Any:
    """What was visited: ``tour:12``. A work that is gone keeps a name of its own, so that the count stays."""
    kind, _colon, pk = str(value).partition(":")
    label = f"online.{BY_CODE[kind].model._meta.model_name}" if kind in BY_CODE else "editions.edition"
    found = names.key(label, int(pk) if pk.isdigit() else pk)
    return f"{kind}:{found}" if found is not None else f"gone:{row.get('key', pk)}"


def without_asker(row: dict[str, Any]) -> None:
    """A question as it is once the public's data has been erased (``online.domain.erasing``)."""
    row["nickname"] = ""
    if row["state"] != Said.State.SHOWN:
        row["text"] = row["answer"] = ""
    row["erased_at"] = row["erased_at"] or row["updated_at"]
