"""Reading an archive into this installation: all of it or nothing (A8).

The archive is checked as a whole first (``package``). Then one transaction stores the tables and files are put in their
places; if anything fails, the transaction is undone and the files are taken away again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from skillweek.archive import layout, tasks
from skillweek.archive.models import ArchiveImport
from skillweek.archive.package import ArchiveRefused, Package, opened, wrong_line
from skillweek.archive.placing import Names, Placer, insert_as_they_are
from skillweek.archive.reading import ORGANISATION_COLUMNS
from skillweek.archive.references import related_policies
from skillweek.archive.tables import exported_models
from skillweek.archive.totals import differences, totals_of
from skillweek.core import audit
from skillweek.core.clock import now
from skillweek.core.errors import DomainError
from skillweek.editions.folder import EditionFolderError, parse_document
from skillweek.editions.models import Edition
from skillweek.organisations.models import Kind, Line, Membership, Organisation, Role, SchoolType, User
from skillweek.uploads import storage
from skillweek.uploads.models import HashBand, StoredFile
from skillweek.uploads.phash_bands import bands, unsigned

_CHOICES: dict[str, Any] = {"kind": Kind, "line": Line, "school_type": SchoolType}


class AlreadyThere(DomainError):
    """Exactly this archive, or another state of its edition, is in this installation."""

    code = "already_there"


@dataclass
class Imported:
    """What an import did. ``differences`` are totals that are not what the archive says; empty when all are equal."""

    edition: Edition
    counts: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def import_archive(source: Path, *, actor: Any, told: Callable[[str], None] | None = None) -> Imported:
    """Read the archive at ``source`` (zip or folder) into a new, closed edition.

    Organisations are matched by code and made where they are missing; people become placeholders who cannot sign in.
    Raises ArchiveRefused (nothing was taken), or AlreadyThere.
    """
    tell = told or (lambda _text: None)
    tell(_("正在核对归档…"))
    with opened(source) as package:
        _must_be_new(package)
        placed: list[str] = []
        try:
            with transaction.atomic():
                tell(_("正在写入数据…"))
                imported = _store(package, actor)
                tell(_("正在放置文件…"))
                imported.notes += _place_files(package, imported.edition, placed, keep=source.is_dir())
                _finish(package, imported, actor)
        except BaseException:
            for key in placed:
                storage.erase(key)
            raise
    return imported


def _must_be_new(package: Package) -> None:
    if (there := ArchiveImport.objects.select_related("edition").filter(digest=package.digest).first()) is not None:
        text = _("这个归档已于%(day)s导入过：%(edition)s。没有再次导入。")
        raise AlreadyThere(text % {"day": there.imported_at.date().isoformat(), "edition": there.edition})
    if (edition := Edition.objects.filter(slug=package.slug).first()) is not None:
        text = _("本平台已有代码为 %(slug)s 的一届（%(edition)s），不会覆盖它。没有导入任何内容。")
        raise AlreadyThere(text % {"slug": package.slug, "edition": edition})


def _store(package: Package, actor: Any) -> Imported:
    edition = _edition(package)
    imported = Imported(edition)
    codes = _organisations(package, imported)
    names = Names(edition, codes, _people(package, codes, edition.slug))
    placer = Placer(package, names)
    for model in exported_models():
        imported.counts[model._meta.label] = placer.place(model)
    related_policies(edition, names)
    said = package.manifest["counts"]
    for label, number in imported.counts.items():
        if said.get(label, 0) != number:
            text = _("%(table)s 应有 %(said)s 条，实际 %(found)s 条。没有导入任何内容。")
            raise ArchiveRefused(text % {"table": label, "said": said.get(label, 0), "found": number})
    return imported


def _edition(package: Package) -> Edition:
    try:
        facts = json.loads((package.folder / layout.EDITION).read_text(encoding="utf-8"))
        document = parse_document(facts["document"])
        made, changed = (datetime.fromisoformat(facts[key]) for key in ("created_at", "updated_at"))
        revision = int(facts["revision"])
    except EditionFolderError as error:
        raise ArchiveRefused(_("归档里的届次数据不符合要求。没有导入任何内容。"), details=error.problems) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArchiveRefused(_("归档里的 data/edition.json 读不出来。没有导入任何内容。")) from error
    if document.id != package.slug:
        raise ArchiveRefused(_("归档里的届次代码前后不一致。没有导入任何内容。"))
    row = Edition(
        slug=document.id,
        title=document.title,
        theme=document.theme,
        city=document.city,
        starts_on=document.starts_on,
        ends_on=document.ends_on,
        zone=document.zone,
        state=Edition.State.CLOSED,
        document=document.model_dump(mode="json"),
        revision=revision,
        created_at=made,
        updated_at=changed,
    )
    insert_as_they_are(Edition, [row])
    return row


def _organisations(package: Package, imported: Imported) -> dict[str, int]:
    """Code → id here. What is missing is made; what is there stays as it is."""
    here = {code.upper(): pk for pk, code in Organisation.objects.order_by().values_list("pk", "code")}
    roots = list(Organisation.objects.filter(depth=1))
    # Newly made schools would owe reports to an edition that is running here.
    is_quiet = not Edition.objects.filter(state=Edition.State.OPEN).exists()
    found: dict[str, int] = {}
    made = 0
    for number, line in package.lines(layout.ORGANISATIONS):
        code, parent = line.get("code"), line.get("parent")
        if not isinstance(code, str) or not code or len(code) > 40:
            raise ArchiveRefused(wrong_line(layout.ORGANISATIONS, number, _("没有单位代码")))
        if (parent is None) != (line.get("kind") == Kind.HOST):
            raise ArchiveRefused(wrong_line(layout.ORGANISATIONS, number, _("只有最上级是主办单位")))
        if code.upper() in here:
            found[code] = here[code.upper()]
        elif parent is None and roots:
            found[code] = roots[0].pk
            text = _("归档的主办单位“%(name)s”对应本平台的“%(host)s”。")
            imported.notes.append(text % {"name": line.get("name", code), "host": roots[0]})
        else:
            found[code] = here[code.upper()] = _make_unit(number, line, found, active=is_quiet)
            roots += Organisation.objects.filter(pk=found[code]) if parent is None else []
            made += 1
    if made and not is_quiet:
        text = _("新建了 %(count)d 个单位。因为有一届正在进行，它们先设为不参加活动周。")
        imported.notes.append(text % {"count": made})
    return found


def _make_unit(number: int, line: dict[str, Any], found: dict[str, int], *, active: bool) -> int:
    values = {name: line.get(name) for name in ORGANISATION_COLUMNS}
    values["is_active"] = active and bool(values["is_active"])
    values["is_sample"] = bool(values["is_sample"])
    for name, value in values.items():
        choices = _CHOICES.get(name)
        limit = Organisation._meta.get_field(name).max_length
        fits = isinstance(value, bool) if limit is None else isinstance(value, str) and len(value) <= limit
        if not fits or (choices and value and value not in choices.values) or "\0" in str(value):
            raise ArchiveRefused(wrong_line(layout.ORGANISATIONS, number, _("“%(name)s”的值不对") % {"name": name}))
    parent = line.get("parent")
    if parent is None:
        return int(Organisation.objects.add_root(create_kwargs={"code": line["code"], **values}).pk)
    if parent not in found:
        raise ArchiveRefused(wrong_line(layout.ORGANISATIONS, number, _("上级单位不在它之前")))
    above = Organisation.objects.get(pk=found[parent])
    return int(Organisation.objects.add_child(above, create_kwargs={"code": line["code"], **values}).pk)


def _people(package: Package, codes: dict[str, int], slug: str) -> dict[int, int]:
    """Key → id of a placeholder: a name that cannot sign in, with ended roles."""
    found: dict[int, int] = {}
    moment = now()
    for number, line in package.lines(layout.PEOPLE):
        key, name, roles = line.get("key"), line.get("name"), line.get("roles")
        if not isinstance(key, int) or isinstance(key, bool) or not 0 < key < 2**63 or key in found:
            raise ArchiveRefused(wrong_line(layout.PEOPLE, number, _("内容的形式不对")))
        if not isinstance(name, str) or not isinstance(roles, list):
            raise ArchiveRefused(wrong_line(layout.PEOPLE, number, _("内容的形式不对")))
        # A name reserved for what is no address (RFC 2606): nothing can ever be sent there.
        user = User(email=f"{slug}-{key}@archive.invalid", name=name.replace("\0", "")[:60], is_active=False)
        user.set_unusable_password()
        user.save()
        found[key] = user.pk
        held = {
            (codes[str(role["organisation"])], str(role["role"]))
            for role in roles
            if isinstance(role, dict) and role.get("organisation") in codes and role.get("role") in Role.values
        }
        Membership.objects.bulk_create(
            Membership(user=user, organisation_id=unit, role=role, is_active=False, ended_at=moment)
            for unit, role in sorted(held)
        )
    return found


def _place_files(package: Package, edition: Edition, placed: list[str], *, keep: bool) -> list[str]:
    """Put each original where it belongs; several rows may share one. Returns notes about what is not there."""
    gone = 0
    changed = 0
    left: dict[str, int] = {}
    rows = StoredFile.objects.filter(edition=edition).only("pk", "key", "sha256", "name", "size", "phash", "edition")
    for file in rows.iterator(chunk_size=500):
        path = _path_of(file)
        left[path] = left.get(path, 0) + 1
    damaged = set(package.manifest.get("damaged") or ())
    missing = set(package.manifest.get("missing") or ())
    for file in rows.iterator(chunk_size=500):
        path = _path_of(file)
        if path not in package.sums or (file.sha256 not in ("", package.sums[path]) and path not in damaged):
            if str(file.pk) not in missing:
                text = _("归档里缺少文件《%(name)s》的原件。没有导入任何内容。")
                raise ArchiveRefused(text % {"name": file.name})
            gone += 1
            continue
        left[path] -= 1
        changed += path in damaged
        with storage.temporary_folder() as folder:
            copy = folder / "file"
            if left[path] or keep:
                shutil.copyfile(package.folder / path, copy)
            else:
                (package.folder / path).replace(copy)
            placed.append(file.key)
            storage.put(copy, file.key)
        if file.phash is not None:
            HashBand.objects.bulk_create(
                HashBand(file=file, edition_id=edition.pk, band=band) for band in bands(unsigned(file.phash))
            )
    notes = [_("有 %(count)d 个文件在导出时就已缺失。") % {"count": gone}] if gone else []
    return notes + ([_("有 %(count)d 个文件在导出时就与上传时不同。") % {"count": changed}] if changed else [])


def _path_of(file: StoredFile) -> str:
    return layout.file_path(file.sha256, file.name) if file.sha256 else layout.unchecked_path(str(file.pk))


def _finish(package: Package, imported: Imported, actor: Any) -> None:
    edition, manifest = imported.edition, package.manifest
    imported.differences = differences(manifest["totals"], json.loads(json.dumps(totals_of(edition))))
    host = manifest.get("host")
    ArchiveImport.objects.create(
        edition=edition,
        digest=package.digest,
        source=str(host.get("name", ""))[:200] if isinstance(host, dict) else "",
        exported_at=_moment(manifest.get("exported_at")),
        imported_by=actor,
        notes=[*imported.notes, *imported.differences],
    )
    audit.record("archive.import", edition, actor=actor, data={"counts": imported.counts})
    transaction.on_commit(lambda: tasks.rebuild.enqueue(edition.pk))


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
