"""Who may reach the URLs of ``partnerships``, and what the walk reaches for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from skillweek.core.clock import now, today_in
from skillweek.organisations.models import User
from skillweek.partnerships.domain.enterprises import sign_up, token_of
from skillweek.partnerships.models import (
    Enterprise,
    FollowUp,
    Intention,
    MajorUpload,
    Meeting,
    Need,
    Pairing,
    Party,
    Table,
)
from tests.participation.make import participant
from tests.partnerships import make
from tests.site.access.base import RoomWorld
from tests.site.access_rules import (
    BUREAUS,
    EVERYBODY,
    REVIEWS,
    SCHOOL_SEES,
    SCHOOLS,
    SEES,
    SIGNED_IN,
    TARGETS,
    WITH_ROLE,
    ByTarget,
    Rule,
    get,
    of,
    post,
)

_A = of("liaison_a", "manager_a")
_HOST = of("reviewer_host", "manager_host")
#: Who answers for a unit, and the host.
_OWN: ByTarget = {
    "school_a": _A,
    "school_b": of(),
    "tech": of(),
    "siming": of("reviewer_siming", "manager_siming"),
    "edu": of("reviewer_edu", "manager_edu"),
    "host": _HOST,
}
_RUNS: ByTarget = {target: _OWN[target] | _HOST for target in TARGETS}
_FOLLOWS: ByTarget = {target: REVIEWS[target] | _OWN[target] for target in SCHOOLS}

TABLE: dict[str, Rule] = {
    "partnerships:index": get(WITH_ROLE),
    "partnerships:enterprises": get(SIGNED_IN, "any_firm"),  # one's own and verified ones only: tests/partnerships
    "partnerships:enterprise": get(_RUNS, "firm"),
    "partnerships:enterprise_decide": post(_RUNS, "firm", data={"do": "verify"}),
    "partnerships:enterprise_logo": get(_RUNS, "firm"),
    "partnerships:needs": get(SIGNED_IN, "any_need"),
    "partnerships:need": get(_RUNS, "need"),
    "partnerships:need_decide": post(_RUNS, "need", data={"do": "publish"}),
    "partnerships:matches": get(SIGNED_IN),
    "partnerships:majors": get(_A),
    "partnerships:majors_act": post(_A, data={"code": "660301"}),
    "partnerships:catalogue": get(WITH_ROLE),
    "partnerships:catalogue_export": get(WITH_ROLE),
    "partnerships:catalogue_import": get(_HOST),
    "partnerships:catalogue_upload": get(of("manager_host"), "majors"),
    "partnerships:catalogue_confirm": post(of("manager_host"), "majors"),
    "partnerships:meetings": get(SIGNED_IN, "any_meeting"),
    "partnerships:meeting_add": get(_A | BUREAUS),
    "partnerships:meeting": get(SEES, "meeting"),
    "partnerships:meeting_edit": get(_OWN, "meeting"),
    "partnerships:meeting_act": post(_RUNS, "meeting", data={"do": "announce"}),
    "partnerships:meeting_school": post(_A, "open_meeting", data={"do": "apply"}),
    "partnerships:schedule": get(_RUNS, "meeting"),
    "partnerships:schedule_act": post(_RUNS, "meeting", data={"do": "clear"}),
    "partnerships:schedule_print": get(_RUNS, "meeting"),
    "partnerships:schedule_pdf": get({target: _RUNS[target] for target in ("school_b",)}, "meeting"),
    "partnerships:schedule_export": get(_RUNS, "meeting"),
    "partnerships:intentions": get(SIGNED_IN, "any_intention"),
    "partnerships:intention_add": get(_A | BUREAUS),
    "partnerships:intentions_export": get(WITH_ROLE, "any_intention"),
    "partnerships:follow_days": get(_A | BUREAUS),
    "partnerships:intention": get(SCHOOL_SEES, "intention"),
    "partnerships:intention_act": post(_FOLLOWS, "intention", data={"do": "plan", "due_on": "2040-01-01"}),
    "partnerships_public:index": get(EVERYBODY),
    "partnerships_public:need": get(EVERYBODY, "public_need"),
    "partnerships_public:enterprises": get(EVERYBODY, "any_firm"),
    "partnerships_public:enterprise": get(EVERYBODY, "public_firm"),
    "partnerships_public:logo": get(EVERYBODY, "public_firm"),
    "partnerships_public:meetings": get(EVERYBODY),
    "partnerships_public:meeting": get(EVERYBODY, "open_meeting"),
    # These send whoever proved no contact to the page where one does: tests/partnerships.
    "partnerships_public:apply": get(EVERYBODY, "open_meeting"),
    "partnerships_public:book": get(EVERYBODY, "a_table"),
    "partnerships_public:leave": post(EVERYBODY, "open_meeting"),
    "partnerships_public:cancel": post(EVERYBODY, "a_talk"),
    "partnerships_public:signup": get(EVERYBODY),
    "partnerships_public:confirm": get(EVERYBODY, "firm_link"),
    "partnerships_public:mine": get(of("stranger"), "own_firm"),
    "partnerships_public:my_profile": get(of("stranger"), "own_firm"),
    "partnerships_public:my_profile_back": post(of("stranger"), "own_firm"),
    "partnerships_public:my_need_add": get(of("stranger"), "own_firm"),
    "partnerships_public:my_need": get(of("stranger"), "own_need"),
    "partnerships_public:my_need_act": post(of("stranger"), "own_need", data={"do": "close"}),
    "partnerships_public:my_meeting": get(of("stranger"), "own_meeting"),
    "partnerships_public:my_meeting_act": post(of("stranger"), "own_meeting", data={"do": "apply"}),
    "partnerships_public:my_follow": post(of("stranger"), "own_follow_up"),
}


class PartnershipsWorld(RoomWorld):
    """Makes the arguments that ``TABLE`` names: a method ``_<make>(target)`` for each."""

    @cached_property
    def firms(self) -> dict[str, Enterprise]:
        """An enterprise of every unit that waits to be verified."""
        return {
            target: make.enterprise(self.edition, home=self.unit_of(target), state="applied", logo=b"x")
            for target in TARGETS
        }

    def _any_firm(self, target: str) -> dict[str, Any]:
        assert self.firms
        return {}

    def _firm(self, target: str) -> dict[str, Any]:
        return {"pk": self.firms[target].pk}

    @cached_property
    def needs(self) -> dict[str, Need]:
        """A need of every unit that waits to be read."""
        made = {}
        for target in TARGETS:
            made[target] = make.need(make.enterprise(self.edition, home=self.unit_of(target)), state="waiting")
        return made

    def _any_need(self, target: str) -> dict[str, Any]:
        assert self.needs
        return {}

    def _need(self, target: str) -> dict[str, Any]:
        return {"pk": self.needs[target].pk}

    def _majors(self, target: str) -> dict[str, Any]:
        """An upload of the host's manager, and of nobody else."""
        owner = User.objects.filter(memberships__organisation=self.tree.host, memberships__role="manager").earliest(
            "pk"
        )
        kept, _made = MajorUpload.objects.get_or_create(user=owner, name="majors.xlsx")
        return {"pk": kept.pk}

    def meeting_row(self, target: str, **more: Any) -> Meeting:
        """A meeting of this unit, without asking who makes it."""
        values = {"title": f"{target}的对接会", "day": make.DAY, "place": "会展中心", "apply_until": now(), **more}
        return Meeting.objects.create(edition=self.edition, organisation=self.unit_of(target), **values)

    @cached_property
    def salons(self) -> dict[str, Meeting]:
        """A draft of every unit."""
        return {target: self.meeting_row(target) for target in TARGETS}

    def _any_meeting(self, target: str) -> dict[str, Any]:
        assert self.salons
        return {}

    def _meeting(self, target: str) -> dict[str, Any]:
        return {"pk": self.salons[target].pk}

    @cached_property
    def fair(self) -> Meeting:
        """An announced one of the host's."""
        return self.meeting_row("host", state="open", mode="direct", guests="people")

    def _open_meeting(self, target: str) -> dict[str, Any]:
        return {"pk": self.fair.pk}

    @cached_property
    def seat(self) -> Party:
        """An enterprise at its table."""
        table = Table.objects.create(meeting=self.fair, room="201", label="1")
        firm = make.enterprise(self.edition, logo=b"png")
        return Party.objects.create(meeting=self.fair, enterprise=firm, table=table, state="accepted")

    def _a_table(self, target: str) -> dict[str, Any]:
        return {"pk": self.fair.pk, "party": self.seat.pk}

    def _a_talk(self, target: str) -> dict[str, Any]:
        found = Pairing.objects.first()
        if found is None:
            start = now()
            slot = self.fair.slots.create(starts_at=start, ends_at=start.replace(year=start.year + 1))
            guest = Party.objects.create(meeting=self.fair, participant=participant(self.edition), state="accepted")
            found = Pairing.objects.create(meeting=self.fair, enterprise=self.seat, guest=guest, slot=slot)
        return {"pk": found.pk}

    @cached_property
    def records(self) -> dict[str, Intention]:
        """An intention of every school."""
        made = {}
        for target in SCHOOLS:
            made[target] = Intention.objects.create(
                edition=self.edition, organisation=self.unit_of(target), enterprise_name="示例企业", kind="order",
                text="示例", noted_on=make.DAY,
            )  # fmt: skip
        return made

    def _any_intention(self, target: str) -> dict[str, Any]:
        assert self.records
        return {}

    def _intention(self, target: str) -> dict[str, Any]:
        return {"pk": self.records[target].pk}

    def _public_need(self, target: str) -> dict[str, Any]:
        found = Need.objects.filter(state="public").first() or make.need(self.seat.enterprise)
        return {"pk": found.pk}

    def _public_firm(self, target: str) -> dict[str, Any]:
        return {"pk": self.seat.enterprise_id}

    def _firm_link(self, target: str) -> dict[str, Any]:
        """The mailed link of an enterprise that signed up just now."""
        known = Enterprise.objects.filter(email="new-firm@example.org").first()
        made = known or sign_up(
            self.edition, name="新企业", credit_code=make.credit_code(999), contact_name="新人", phone="13800138001",
            email="new-firm@example.org", industry="other", scale="small",
        )  # fmt: skip
        return {"token": token_of(made)}

    @cached_property
    def own(self) -> Enterprise:
        """The enterprise of the person without any role."""
        user = User.objects.filter(memberships=None, journalists=None, enterprises=None).earliest("pk")
        return make.enterprise(self.edition, user=user)

    def _own_firm(self, target: str) -> dict[str, Any]:
        assert self.own
        return {}

    def _own_need(self, target: str) -> dict[str, Any]:
        return {"pk": (self.own.needs.first() or make.need(self.own)).pk}

    def _own_meeting(self, target: str) -> dict[str, Any]:
        assert self.own
        return {"pk": self.fair.pk}

    def _own_follow_up(self, target: str) -> dict[str, Any]:
        found = FollowUp.objects.filter(intention__enterprise=self.own).first()
        if found is None:
            row = Intention.objects.create(
                edition=self.edition, organisation=self.unit_of("school_a"), enterprise=self.own, enterprise_name="x",
                kind="order", text="示例", noted_on=make.DAY,
            )  # fmt: skip
            found = FollowUp.objects.create(intention=row, due_on=today_in(self.edition.zone))
        return {"pk": found.pk}
