"""Samples of interviews: one series with a film and a text, invented and marked 示例 (E8)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from skillweek.content.intake import add_asset
from skillweek.content.models import Asset
from skillweek.editions.models import Edition
from skillweek.interviews.domain import reviewing, writing
from skillweek.interviews.models import Series
from skillweek.organisations.models import Organisation, User
from skillweek.organisations.queries import people_who_answer
from skillweek.site import samples
from skillweek.site.demo_classes import reviewer_above, sample_schools
from skillweek.uploads.domain import store_local_file
from skillweek.uploads.models import StoredFile

_CHAPTERS: Final = "00:00 开场\n00:03 为什么学焊接\n00:07 给年轻人的话"
_TRANSCRIPT: Final = (
    "00:00 主持人：林师傅，您好。（示例）\n00:03 林师傅：十六岁进厂，跟着师傅学焊接，一干就是三十年。\n"
    "00:07 林师傅：手上的功夫是练出来的，心静下来，焊缝才匀。\n00:10 主持人：谢谢您。"
)
#: Title, guest, who the guest is, the text, whether there is a film.
_EPISODES: Final = (
    (
        "一把焊枪的三十年（示例）",
        "林师傅（示例人物）",
        "示例船厂首席技师",
        "一位焊工讲他的三十年。人物和内容均为虚构。",
        True,
    ),
    (
        "从护理班到社区医院（示例）",
        "陈护士（示例人物）",
        "示例社区医院护士长",
        "一位毕业生讲她的第一年。人物和内容均为虚构。",
        False,
    ),
)


def fill(edition: Edition) -> None:
    """One series of the first school: two episodes public, one waiting for review."""
    schools = sample_schools()
    if not schools:
        return
    school = schools[0]
    by, above = people_who_answer(school)[0], reviewer_above(school)
    series = writing.save_series(
        Series(edition=edition, organisation=school), actor=by, title="职教百家谈（示例）",
        about="听各行各业的人讲职业教育。示例栏目，人物和内容均为虚构。", author=school.name,
    )  # fmt: skip
    for title, guest, who, text, has_film in _EPISODES:
        film = _film(edition, school, by, title) if has_film else None
        _episode(series, by, above, title=title, guest=guest, who=who, text=text, film=film)
    _episode(series, by, None, title="企业导师进课堂（示例）", guest="王工（示例人物）", who="示例企业工程师",
             text="等待审核的一期。", film=None)  # fmt: skip


def _episode(
    series: Series, by: User, above: User | None, *, title: str, guest: str, who: str, text: str, film: Asset | None
) -> None:
    episode = writing.add_episode(series, actor=by, title=title, guest_name=guest)
    changes = {
        "guest_title": who, "interviewer": "示例日报记者", "consent": True,
        "consent_on": series.edition.starts_on.isoformat(), "consent_note": "示例，无需授权", "transcript": _TRANSCRIPT,
        "chapters": _CHAPTERS if film else "", "body": f"<p>{text}</p>", "summary": text,
        "video": str(film.pk) if film else "",
    }  # fmt: skip
    episode = reviewing.hand_in(writing.save_episode(episode, changes, actor=by), actor=by)
    if above is not None:
        reviewing.publish(episode, actor=above)


def _film(edition: Edition, school: Organisation, by: User, title: str) -> Asset:
    with tempfile.TemporaryDirectory() as folder:
        path = samples.make_video(
            Path(folder) / "talk.mp4", title="访谈示例", width=640, height=360, seconds=12, seed=77
        )
        file = store_local_file(
            path, edition=edition, organisation=school, user=by, kind=StoredFile.Kind.OTHER, name=f"{title}.mp4"
        )
        return add_asset(file, kind=Asset.Kind.VIDEO, title=title, actor=by)
