"""What a booking is asked: the edition's rules, or the preset of a class for parents or young people (E5, E6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillweek.activities.models import Session
from skillweek.bookings.models import Booking
from skillweek.core.errors import DomainError
from skillweek.editions.schema_classes import ClassPreset

#: School grades, 1 to 12.
GRADES: Final = (
    (1, gettext_lazy("小学一年级")), (2, gettext_lazy("小学二年级")), (3, gettext_lazy("小学三年级")),
    (4, gettext_lazy("小学四年级")), (5, gettext_lazy("小学五年级")), (6, gettext_lazy("小学六年级")),
    (7, gettext_lazy("初中一年级")), (8, gettext_lazy("初中二年级")), (9, gettext_lazy("初中三年级")),
    (10, gettext_lazy("高中一年级")), (11, gettext_lazy("高中二年级")), (12, gettext_lazy("高中三年级")),
)  # fmt: skip
GRADE_NAMES: Final = dict(GRADES)
#: Longest answer of each kind.
_LONGEST: Final = {"school": 80, "class": 40, "arrival": 200}


@dataclass(frozen=True)
class Asking:
    """What one session asks of one kind of booking."""

    kind: str
    preset: ClassPreset | None
    #: Younger ones count as children and need a guardian's consent.
    age: int
    #: What a guardian or a school agrees to, word for word.
    consent: str
    #: Children in one booking; None without limit.
    max_children: int | None

    @property
    def is_group(self) -> bool:
        """Whether a class books."""
        return self.kind == Booking.Kind.GROUP

    def asks(self, word: str) -> bool:
        """Whether the form asks for it; without a preset only for needs."""
        if self.preset is None:
            return word == "needs"
        only_groups = word in ("school", "teacher", "arrival")
        return word in self.preset.asked and (self.is_group or not only_groups)

    @property
    def seen(self) -> str:
        """Names the consent's wording, so that nobody agrees to another text than they read."""
        return hashlib.sha256(self.consent.encode()).hexdigest()[:16]

    @property
    def grades(self) -> list[tuple[int, Any]]:
        """The grades to choose from."""
        if self.preset is None:
            return list(GRADES)
        return [row for row in GRADES if self.preset.grade_from <= row[0] <= self.preset.grade_to]


def asking_of(session: Session, kind: str) -> Asking:
    """What the session asks; the activity and its edition should be loaded."""
    doc = session.activity.edition.doc
    preset = doc.class_preset(session.activity.idea_code)
    age = (preset.consent_below_age if preset else 0) or doc.booking_rules.guardian_below_age
    is_group = kind == Booking.Kind.GROUP
    if is_group:
        consent = (preset.group_consent if preset else "") or _("学校已经取得这些孩子监护人的同意。")
    else:
        consent = (preset.consent if preset else "") or _(
            "我是这些孩子的监护人，或已取得监护人同意，并会安排成年人陪同。"
        )
    most = preset.max_children if preset and not is_group else None
    return Asking(kind, preset, age, consent, most)


def clean_details(asking: Asking, given: Mapping[str, Any], *, children: int) -> dict[str, Any]:
    """The answers that the session asks for, as they are kept; others are passed over. Raises DomainError."""
    found: dict[str, Any] = {}
    if asking.asks("grade") and (asking.is_group or children):
        grade = str(given.get("grade") or "")
        if not (grade.isdigit() and int(grade) in dict(asking.grades)):
            raise DomainError(_("请选择年级，老师好准备合适的内容。"), field="grade")
        found["grade"] = int(grade)
    for name in ("school", "class", "arrival"):
        if asking.asks("school" if name == "class" else name):
            found[name] = " ".join(str(given.get(name) or "").replace("\0", "").split())[: _LONGEST[name]]
    if asking.asks("school"):
        if not found["school"]:
            raise DomainError(_("请填写学校名称。"), field="school")
        if not found["class"]:
            raise DomainError(_("请填写班级，例如“三（2）班”。"), field="class_name")
    return {name: value for name, value in found.items() if value}


def check_children(asking: Asking, party_size: int, children: int, consent: bool) -> None:
    """Raise DomainError for more children than people or than the class takes, without a grown-up, or without consent.

    Says what to do, beside the field (E6).
    """
    words = {"age": asking.age, "limit": asking.max_children}
    if not 0 <= children <= party_size:
        raise DomainError(_("未满 %(age)d 周岁的人数不能多于总人数。") % words, field="children")
    if asking.max_children is not None and children > asking.max_children:
        if not asking.max_children:
            raise DomainError(_("这堂课只安排成年人参加，请把孩子的人数改为 0。"), field="children")
        raise DomainError(_("每个家庭最多带 %(limit)d 个孩子。") % words, field="children")
    if asking.preset is not None and children and children == party_size:
        if asking.is_group:
            raise DomainError(_("请把带队老师也算进总人数，至少一位老师陪同。"), field="party_size")
        raise DomainError(_("孩子需要大人陪同，请把陪同的大人也算进人数。"), field="party_size")
    if children and not consent:
        text = _("有未满 %(age)d 周岁的孩子参加，需要监护人同意。请勾选监护人同意。") % words
        raise DomainError(text, field="guardian_consent")


def must_have_read(asking: Asking, seen: str) -> None:
    """Raise DomainError when the consent's wording changed since the page was opened; ``seen`` empty asks nothing."""
    if seen and seen != asking.seen:
        raise DomainError(_("监护人同意书刚刚更新过。请再读一遍，然后重新勾选。"), field="guardian_consent")
