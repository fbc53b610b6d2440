"""Real tours, live rooms and halls for tests; panoramas are drawn and go through the product's own steps."""

from __future__ import annotations

import itertools
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.online.domain import panoramas
from skillweek.online.domain.reviewing import hand_in, publish_work
from skillweek.online.domain.ruling import set_rules
from skillweek.online.domain.saying import ask, decide
from skillweek.online.domain.writing import save_work
from skillweek.online.models import Hall, LiveRoom, Panorama, Question, Tour, Work
from skillweek.organisations.models import Organisation, User
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile
from tests import factories

_numbers = itertools.count(1)


def panorama_jpeg(path: Path, width: int = 1200, height: int | None = None, *, gps: bool = True) -> Path:
    """An equirectangular picture: sky, floor, a mark in each direction; it says where it was taken."""
    import piexif

    height = height or width // 2
    image = Image.new("RGB", (width, height), "#cfe3ee")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height // 2, width, height), fill="#b99a6b")
    for number in range(8):
        x = width * number // 8
        draw.rectangle(
            (x, height * 3 // 10, x + width // 20, height * 6 // 10), fill=("#0b5f5c", "#b83a22")[number % 2]
        )
    exif = {"GPS": {piexif.GPSIFD.GPSLatitudeRef: b"N", piexif.GPSIFD.GPSLatitude: ((24, 1), (28, 1), (0, 1))}}
    image.save(path, "JPEG", quality=85, **({"exif": piexif.dump(exif)} if gps else {}))
    return path


def unit_person(unit: Organisation) -> User:
    """Somebody who hands in for a school, or decides in a bureau."""
    return factories.person(unit, "liaison" if unit.is_school else "manager")


def line_above(unit: Organisation) -> User:
    """Somebody who decides on what the unit hands in."""
    parent = Organisation.objects.get_parent(unit)
    return factories.person(parent or unit, "manager")


def tour(edition: Edition, unit: Organisation, **content: Any) -> Tour:
    """A draft."""
    work = Tour(edition=edition, organisation=unit)
    return save_work(work, {"title": f"走进校园{next(_numbers)}", **content}, actor=unit_person(unit))


def panorama(of: Tour, folder: Path, width: int = 1200, *, makes_copies: bool = True) -> Panorama:
    """A picture of the tour, judged and copied as the worker does it."""
    path = panorama_jpeg(folder / f"pano{next(_numbers)}.jpg", width)
    file = store_local_file(
        path, edition=of.edition, organisation=of.organisation, user=None, kind=StoredFile.Kind.OTHER, name=path.name
    )
    Panorama.objects.create(pk=file.pk, tour=of, file=file)
    check_stored_file(file.pk)
    if makes_copies:
        panoramas.make_copies(file.pk)
    return Panorama.objects.get(pk=file.pk)


def small_pictures(edition: Edition) -> None:
    """Let tests use small panoramas."""
    from skillweek.online.models import OnlineRules

    OnlineRules.objects.update_or_create(edition=edition, defaults={"min_width": 1000})


def scene(picture: Panorama | Any, key: str = "a", **more: Any) -> dict[str, Any]:
    """A scene's data."""
    return {"key": key, "panorama": str(getattr(picture, "pk", picture)), "name": f"场景{key}", "hotspots": [], **more}


def spot(key: str = "s", kind: str = "text", **more: Any) -> dict[str, Any]:
    """A hotspot's data."""
    return {"key": key, "kind": kind, "pitch": 0, "yaw": 10, "title": "冲泡台", "text": "这里练习冲泡。", **more}


def public_tour(edition: Edition, unit: Organisation, folder: Path) -> Tour:
    """A tour of two scenes that lead to each other, published."""
    small_pictures(edition)
    made = tour(edition, unit, intro="从大门走到实训室。")
    one, two = panorama(made, folder), panorama(made, folder)
    scenes = [
        scene(one, "gate", name="大门", hotspots=[spot(), spot("go", "scene", title="去实训室", scene="lab")]),
        scene(two, "lab", name="实训室", hotspots=[spot("back", "scene", title="回大门", scene="gate")]),
    ]
    return publish(save_work(made, {"scenes": scenes}, actor=unit_person(unit)))


def room(edition: Edition, unit: Organisation, starts_at: datetime | None = None, **content: Any) -> LiveRoom:
    """A draft that begins in an hour."""
    at = starts_at or now() + timedelta(hours=1)
    given = {
        "title": f"网上开放日{next(_numbers)}",
        "starts_at": at.isoformat(),
        "ends_at": (at + timedelta(hours=1)).isoformat(),
        "takes_questions": True,
        **content,
    }
    return save_work(LiveRoom(edition=edition, organisation=unit), given, actor=unit_person(unit))


def hall(edition: Edition, unit: Organisation, **content: Any) -> Hall:
    """A draft."""
    given = {"title": f"网上展厅{next(_numbers)}", "has_guestbook": True, **content}
    return save_work(Hall(edition=edition, organisation=unit), given, actor=unit_person(unit))


def publish(work: Any) -> Any:
    """Hand it in where that is asked for, and publish it."""
    unit = work.organisation
    if unit.is_school:
        hand_in(work, actor=unit_person(unit))
        publish_work(work, actor=line_above(unit))
    else:
        publish_work(work, actor=unit_person(unit))
    found = type(work).objects.select_related("edition", "organisation").get(pk=work.pk)
    assert isinstance(found, Work)
    return found


def allow(edition: Edition, *hosts: str) -> None:
    """Let works link to these hosts."""
    host = Organisation.objects.get(kind="host")
    set_rules(edition, actor=factories.person(host, "manager"), link_hosts="\n".join(hosts))


def question(of: LiveRoom, text: str = "新生什么时候报名？", *, shown: bool = False, **more: Any) -> Question:
    """A question of somebody."""
    made = ask(of, nickname=more.pop("nickname", "一位家长"), text=text, client_id=uuid.uuid4())
    if shown:
        decide(made, actor=unit_person(of.organisation), shows=True)
        made.refresh_from_db()
    return made
