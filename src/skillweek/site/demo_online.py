"""Samples for the online week: a tour of two drawn rooms, a live room, a hall, some visits (B11). All say 示例."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from skillweek.core.clock import now
from skillweek.editions.models import Edition
from skillweek.online.domain import panoramas, saying, visiting
from skillweek.online.domain.reviewing import hand_in, publish_work
from skillweek.online.domain.ruling import set_rules
from skillweek.online.domain.visiting import Subject
from skillweek.online.domain.writing import save_work
from skillweek.online.links import hosts_of
from skillweek.online.models import Hall, LiveRoom, Panorama, Tour, Work
from skillweek.online.queries.visits import subject_of
from skillweek.organisations.models import Kind, Organisation, Role, User
from skillweek.organisations.queries import people_who_answer
from skillweek.uploads import storage
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.domain.check import check_stored_file
from skillweek.uploads.models import StoredFile

_WIDTH: Final = 4096
_HOST: Final = "live.example.org"
_ROOMS: Final = (("大门", "#cfe3ee", "#b9a06b", "#0b5f5c"), ("茶艺实训室", "#f3ead7", "#8f6b45", "#b83a22"))
_GATE: Final = "画出来的示例：正前方是校门，右边通往实训楼。"
_AGENT: Final = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/128.0 Mobile Safari/537.36"


def fill(edition: Edition) -> None:
    """Make the samples for the first schools that have somebody to hand in; nothing where they are there already."""
    if Tour.objects.filter(edition=edition).exists():
        return
    schools = [
        school
        for school in Organisation.objects.filter(kind=Kind.SCHOOL, is_active=True).order_by("path")
        if people_who_answer(school) and _above(school) is not None
    ][:2]
    if not schools:
        return
    _allow_links(edition)
    tour = _tour(edition, schools[0])
    room = _room(edition, schools[-1])
    hall = _hall(edition, schools[0], tour)
    for number, work in enumerate((tour, room, hall), 3):
        place = Subject(subject_of(work), edition, work.organisation_id, work.title)
        for visitor in range(number * 2):
            visiting.count(place, address=f"192.0.2.{visitor + 1}", agent=_AGENT)


def _above(school: Organisation) -> User | None:
    """Somebody who decides on what the school hands in: of the nearest bureau above that has people."""
    unit = Organisation.objects.get_parent(school)
    while unit is not None:
        if people := people_who_answer(unit):
            return people[0]
        unit = Organisation.objects.get_parent(unit)
    return None


def _allow_links(edition: Edition) -> None:
    managers = User.objects.filter(
        memberships__organisation__kind=Kind.HOST, memberships__role=Role.MANAGER, memberships__is_active=True
    )
    if (manager := managers.first()) is not None:
        set_rules(edition, actor=manager, link_hosts=_HOST)


def _published(work: Any) -> Any:
    actor, reviewer = people_who_answer(work.organisation)[0], _above(work.organisation)
    hand_in(work, actor=actor)
    publish_work(work, actor=reviewer)
    found = type(work).objects.select_related("edition", "organisation").get(pk=work.pk)
    assert isinstance(found, Work)
    return found


def _tour(edition: Edition, school: Organisation) -> Tour:
    actor = people_who_answer(school)[0]
    title = "【示例】走进校园"
    tour = save_work(Tour(edition=edition, organisation=school), {"title": title}, actor=actor)
    gate, lab = (_panorama(tour, *room).pk for room in _ROOMS)

    def spot(key: str, kind: str, yaw: float, title: str, **more: Any) -> dict[str, Any]:
        return {"key": key, "kind": kind, "pitch": 0, "yaw": yaw, "title": title, **more}

    scenes = [
        {
            "key": "gate",
            "panorama": str(gate),
            "name": "大门",
            "text": _GATE,
            "hotspots": [
                spot("stone", "text", -20, "校训石", text="示例文字：这里介绍学校的历史。"),
                spot("lab", "scene", 60, "去茶艺实训室", scene="lab"),
            ],
        },
        {
            "key": "lab",
            "panorama": str(lab),
            "name": "茶艺实训室",
            "text": "画出来的示例：四周是茶席。",
            "hotspots": [
                spot(
                    "major",
                    "major",
                    10,
                    "茶艺与茶营销",
                    text="示例文字：这里介绍专业、课程和就业。",
                    url="/activities/",
                ),
                spot("gate", "scene", -120, "回大门", scene="gate"),
            ],
        },
    ]
    intro = "画出来的示例全景，学校上传自己的全景照片后就是真的校园。"
    tour = save_work(tour, {"intro": intro, "scenes": scenes}, actor=actor)
    made: Tour = _published(tour)
    return made


def _panorama(tour: Tour, name: str, sky: str, floor: str, mark: str) -> Panorama:
    with storage.temporary_folder() as folder:
        path = _drawn(folder / f"{name}（示例）.jpg", sky, floor, mark)
        file = store_local_file(
            path,
            edition=tour.edition,
            organisation=tour.organisation,
            user=None,
            kind=StoredFile.Kind.OTHER,
            name=path.name,
        )
    Panorama.objects.create(pk=file.pk, tour=tour, file=file)
    check_stored_file(file.pk)
    panoramas.make_copies(file.pk)
    return Panorama.objects.get(pk=file.pk)


def _drawn(path: Path, sky: str, floor: str, mark: str) -> Path:
    """An equirectangular drawing: a floor, a sky, eight pillars around, the one in front wider."""
    from PIL import Image, ImageDraw

    height = _WIDTH // 2
    image = Image.new("RGB", (_WIDTH, height), sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height // 2, _WIDTH, height), fill=floor)
    for number in range(8):
        middle, half = _WIDTH * number // 8, _WIDTH // (24 if number == 4 else 48)
        draw.rectangle((middle - half, height * 3 // 10, middle + half, height * 6 // 10), fill=mark)
        draw.rectangle((middle - half // 2, height * 4 // 10, middle + half // 2, height // 2), fill=sky)
    image.save(path, "JPEG", quality=88)
    return path


def _room(edition: Edition, school: Organisation) -> LiveRoom:
    begins = (now() + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    content = {
        "title": "【示例】网上开放日：校长答问",
        "intro": "示例：校长和招生老师在线回答家长的问题。",
        "hosts": "示例校长",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=1)).isoformat(),
        "link": f"https://{_HOST}/sample" if _HOST in hosts_of(edition) else "",
        "takes_questions": True,
    }
    actor = people_who_answer(school)[0]
    room: LiveRoom = _published(save_work(LiveRoom(edition=edition, organisation=school), content, actor=actor))
    asked = [
        saying.ask(room, nickname="示例家长", text=text, client_id=uuid.uuid4())
        for text in ("新生什么时候报名？（示例）", "可以参观实训室吗？（示例）", "学校有宿舍吗？（示例）")
    ]
    saying.answer(asked[0], actor=actor, text="示例回答：请以学校招生公告为准。")
    saying.decide(asked[1], actor=actor, shows=True)
    return room


def _hall(edition: Edition, school: Organisation, tour: Tour) -> Hall:
    exhibits = [{"kind": "tour", "ref": str(tour.pk), "caption": "先到校园里走一圈（示例）"}]
    content = {
        "title": "【示例】学校展厅",
        "intro": "示例：故事、图片和导览挂在一起。",
        "exhibits": exhibits,
        "has_guestbook": True,
    }
    actor = people_who_answer(school)[0]
    hall: Hall = _published(save_work(Hall(edition=edition, organisation=school), content, actor=actor))
    entry = saying.sign(hall, nickname="示例观众", text="走了一圈，像真的来过一样。（示例）", client_id=uuid.uuid4())
    saying.decide(entry, actor=actor, shows=True)
    return hall
