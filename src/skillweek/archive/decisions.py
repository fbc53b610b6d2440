"""What becomes of each table in an archive: exported, rebuilt from what is exported, or left out with a reason (A8).

``DECISIONS`` is the one place that says it. A test fails as long as a model of any room is missing here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from skillweek.archive import references as ref
from skillweek.archive import references_online as online
from skillweek.archive.references import Translator

#: Changes one column's value between its form here and in the archive; used both ways.
Convert = Callable[[Any, dict[str, Any], Translator], Any]


@dataclass(frozen=True)
class Exported:
    """``path`` leads from a row to its edition. ``drop`` are columns never written; ``prepare`` changes a written row,
    ``fill`` a row that is read before it is stored; ``convert`` handles columns that name rows without a foreign key.
    """

    path: str
    drop: tuple[str, ...] = ()
    convert: dict[str, Convert] = field(default_factory=dict)
    prepare: Callable[[dict[str, Any]], None] | None = None
    fill: Callable[[dict[str, Any], Translator], None] | None = None
    #: Which rows go out, as lookups; by default all.
    only: dict[str, Any] = field(default_factory=dict)
    #: Tables that it names rows of without a foreign key: imported before it.
    after: tuple[str, ...] = ()
    #: Imported after everything else, since it refers to rows of any table.
    is_last: bool = False


@dataclass(frozen=True)
class Rebuilt:
    """Not written: the importing installation makes it anew. ``by`` says how."""

    by: str


@dataclass(frozen=True)
class LeftOut:
    """Not written, and why."""

    reason: str


Decision = Exported | Rebuilt | LeftOut

_SECRET: Final = LeftOut("Secrets and ways to sign in never leave the installation.")
_PRIVATE: Final = LeftOut("Private messages and settings of people; what they told of stands in the rows themselves.")
_PASSING: Final = LeftOut("A step on the way in; what came of it is exported.")
_JOURNALISTS: Final = LeftOut("Journalists' personal data; the coverage that came of it is exported.")
_VISITORS: Final = LeftOut("Contacts and names of the public; counts stand in the rooms' own rows.")
_WORKS: Final = LeftOut("Works belong to those who entered them, who may take them back where they entered them.")
_MET: Final = LeftOut("Who met whom stays with those who met; the counts are figures, what came of it intentions.")
_MACHINE: Final = LeftOut("State of this installation, not of the week.")

#: Columns of JSON that name no row by its id (or only by a UUID, which stays what it is): they pass as they are. A test
#: fails for any other column of JSON without a ``convert``.
PLAIN_JSON: Final = frozenset(
    {
        "activities.Activity.findings", "activities.Partner.figures", "activities.Plan.arrangements",
        "activities.SessionChange.new", "activities.SessionChange.old", "activities.SessionSeries.pattern",
        "bookings.Booking.details", "bookings.Feedback.gains", "contests.Call.groups",
        "editions.EditionRevision.document", "quiz.Question.options",
        "reports.DailyReport.figures",
        "reports.PackageImport.outcome", "reports.ReportItem.findings", "reports.ReportVersion.snapshot",
        "statistics.FormVersion.snapshot", "uploads.StoredFile.facts", "uploads.StoredFile.findings",
        "voting.Ballot.groups",
        # Told to people as it was; ids in it are those of the installation where it happened.
        "core.AuditEvent.data",
    }
)  # fmt: skip

DECISIONS: Final[dict[str, Decision]] = {
    # Written by hand in ``people``: matched by code, placeholders without a way to sign in.
    "editions.Edition": Exported("pk"),
    "organisations.Organisation": Exported(""),
    "organisations.User": Exported(""),
    "organisations.Membership": Exported(""),
    "organisations.Invitation": _SECRET,
    "organisations.RosterUpload": _PASSING,
    "core.AuditEvent": Exported(
        "", is_last=True, convert={"object_id": ref.generic("object_type")}, prepare=ref.without_addresses
    ),
    "core.ScheduledRun": _MACHINE,
    "core.WorkerBeat": _MACHINE,
    "search.Document": Rebuilt("Search is fed again from what is public."),
    "editions.EditionRevision": Exported("edition"),
    # What people of the public sent to contests stays home with their works.
    "uploads.StoredFile": Exported(
        "edition", drop=("key", "check_attempts"), fill=ref.file_place, only={"guest_key": ""}
    ),
    "uploads.Derivative": Rebuilt("A background task makes thumbnails from the originals."),
    "uploads.HashBand": Rebuilt("Slices of each file's perceptual hash, which is exported."),
    "uploads.Upload": _PASSING,
    "content.Asset": Exported("edition"),
    "content.Rendition": Rebuilt("A background task makes public copies from the originals."),
    "content.AssetUse": Exported("asset__edition", is_last=True, convert={"owner_id": ref.generic("owner_type")}),
    "content.Version": Exported(
        "", is_last=True, convert={"object_id": ref.generic("object_type"), "content": ref.editorial_version}
    ),
    "content.Page": Exported("edition", convert={"draft": ref.editorial, "live": ref.editorial}),
    "notifications.Message": _PRIVATE,
    "notifications.GroupChannel": _SECRET,
    "notifications.Delivery": _PRIVATE,
    "notifications.MessageTemplate": _MACHINE,
    "notifications.ReaderSettings": _PRIVATE,
    "notifications.Preference": _PRIVATE,
    "notifications.OptOut": _PRIVATE,
    "similarity.Text": Rebuilt("Every room puts its texts again after an import."),
    "similarity.Key": Rebuilt("Counted again from the texts."),
    "similarity.Pair": Rebuilt("Found again by comparing the texts."),
    "policies.Policy": Exported("edition", convert={"draft": ref.editorial, "live": ref.editorial}),
    "notices.Notice": Exported(
        "edition", convert={"draft": ref.editorial, "live": ref.editorial, "audience": ref.audience}
    ),
    "notices.PassOn": Exported("notice__edition", convert={"audience": ref.audience}),
    "notices.Receipt": Exported("notice__edition"),
    "activities.Plan": Exported("edition"),
    "activities.PlanVersion": Exported(
        "plan__edition", convert={"snapshot": ref.plan_snapshot}, after=("activities.Activity",)
    ),
    "activities.PlanComment": Exported("plan__edition"),
    "activities.Activity": Exported("edition", convert={"description": ref.rich}),
    "activities.ActivityTag": Exported("activity__edition"),
    "activities.Partner": Exported("activity__edition"),
    "activities.ActivityVersion": Exported("activity__edition", convert={"snapshot": ref.activity_snapshot}),
    "activities.ActivityComment": Exported("activity__edition"),
    "activities.Assessment": Exported("activity__edition"),
    "activities.SessionSeries": Exported("activity__edition"),
    "activities.Session": Exported("activity__edition"),
    "activities.SessionChange": Exported("session__activity__edition"),
    "activities.ActivityUpload": _PASSING,
    "bookings.Seats": Exported("session__activity__edition"),
    "bookings.Booking": Exported(
        "session__activity__edition", drop=("token_hash",), prepare=ref.without_visitor, fill=ref.booking_link
    ),
    "bookings.UsedProof": _SECRET,
    "bookings.CheckIn": Exported("session__activity__edition"),
    "bookings.Feedback": Exported("session__activity__edition", prepare=ref.without_unshown),
    "reports.DailyReport": Exported("edition"),
    "reports.ReportItem": Exported("report__edition"),
    "reports.ReportVersion": Exported("report__edition"),
    "reports.ItemComment": Exported("report__edition"),
    "reports.Reminder": Exported("edition"),
    "reports.PackageImport": Exported("report__edition"),
    "press.MediaOutlet": Rebuilt("Named in each piece of coverage; the same for all editions."),
    "press.Coverage": Exported("edition", drop=("journalist", "school_visit"), convert={"outlet": ref.outlet}),
    "press.Coverage_organisations": Exported("coverage__edition"),
    "press.Coverage_different": Exported("from_coverage__edition"),
    "press.CoverageUpload": _PASSING,
    "press.Lead": Exported("edition", prepare=ref.without_contact),
    "press.Journalist": _JOURNALISTS,
    "press.Question": _JOURNALISTS,
    "press.Claim": _JOURNALISTS,
    "press.Visit": _JOURNALISTS,
    "contests.Call": Exported("edition"),
    "contests.Award": Exported("call__edition"),
    "contests.Entry": _WORKS,
    "contests.EntryFile": _WORKS,
    "contests.Pass": _WORKS,
    "contests.AwardGiven": _WORKS,
    # Without salt and chain: the audit file belongs to the votes, which stay.
    "voting.Ballot": Exported("edition", drop=("salt", "audit_head", "audit_lines")),
    "voting.Candidate": Exported("ballot__edition"),
    "voting.CandidateUpload": _PASSING,
    "voting.VoteSheet": _VISITORS,
    "voting.Vote": _VISITORS,
    "voting.Hold": _VISITORS,
    "judging.Panel": Exported("edition"),
    "judging.Criterion": Exported("panel__edition"),
    "judging.Work": Exported("panel__edition"),
    "judging.Juror": LeftOut("Who judged stays home; the ranking stands in the works."),
    "judging.Declared": LeftOut("Who judged stays home; the ranking stands in the works."),
    "judging.Sheet": LeftOut("Who judged stays home; the ranking stands in the works."),
    "judging.Score": LeftOut("Who judged stays home; the ranking stands in the works."),
    "press.VisitOffer": Exported("edition"),
    "press.SchoolVisit": _JOURNALISTS,
    "press.VisitStop": _JOURNALISTS,
    "participation.Participant": _VISITORS,
    "participation.ContactCode": _VISITORS,
    "participation.Certificate": LeftOut("Checked at this installation's address under its holder's name."),
    "partnerships.Enterprise": Exported(
        "edition",
        drop=("user", "contact_name", "phone", "email", "language", "logo", "nonce", "token_hash", "link_until"),
    ),
    "partnerships.ProfileChange": LeftOut("Never shown; without a verifier and the contact nothing can come of it."),
    "partnerships.Need": Exported("edition", drop=("client_id",)),
    "partnerships.NeedField": Exported("need__edition"),
    "partnerships.SchoolMajor": Exported("edition"),
    "partnerships.CityMajor": LeftOut("The catalogue belongs to the installation; schools' majors keep their names."),
    "partnerships.MajorUpload": _PASSING,
    "partnerships.Meeting": Exported("edition"),
    "partnerships.Slot": Exported("meeting__edition"),
    "partnerships.Table": Exported("meeting__edition"),
    "partnerships.Party": _MET,
    "partnerships.Wish": _MET,
    "partnerships.Pairing": _MET,
    "partnerships.Intention": Exported("edition", drop=("client_id",)),
    "partnerships.FollowUp": LeftOut("Goes on after the week was closed and belongs to no edition (ADR 0207)."),
    "partnerships.FollowDays": LeftOut("A setting of the unit for all editions."),
    "mailbox.InboundMail": LeftOut(
        "Letters hold their senders' personal data; the material filed from them is exported."
    ),
    "careers.Opening": Exported("edition"),
    "careers.Tally": Exported("edition"),
    "classes.ClassSetting": Exported("activity__edition"),
    "interviews.Series": Exported("edition"),
    "interviews.Episode": Exported("edition", convert={"draft": ref.editorial, "live": ref.editorial}),
    "interviews.Sound": Rebuilt("A background task takes the sound out of the film."),
    "publicity.Story": Exported(
        "edition",
        convert={"draft": ref.story, "live": ref.story, "source_key": ref.foreign_digest},
        after=("policies.Policy",),
    ),
    "publicity.StoryPolicy": Exported("story__edition"),
    "publicity.Story_credits": Exported("story__edition"),
    "publicity.StorySource": Exported("story__edition"),
    "quiz.Question": Exported("edition"),
    "quiz.QuestionUpload": _PASSING,
    "quiz.Quiz": Exported("edition"),
    "quiz.Draw": Exported("quiz__edition"),
    "quiz.Attempt": _VISITORS,
    "quiz.Turn": _VISITORS,
    "quiz.PracticeDay": Exported("quiz__edition"),
    "quiz.LiveGame": _MACHINE,
    "quiz.LiveQuestion": _MACHINE,
    "quiz.LivePlayer": _VISITORS,
    "quiz.LiveAnswer": _VISITORS,
    "online.OnlineRules": Exported("edition"),
    "online.Tour": Exported("edition", convert={"draft": ref.editorial, "live": ref.editorial}),
    "online.Panorama": Exported("tour__edition"),
    "online.PanoramaCopy": Rebuilt("A background task makes public copies from the originals."),
    "online.LiveRoom": Exported("edition", convert={"draft": ref.editorial, "live": ref.editorial}),
    "online.Question": Exported("room__edition", prepare=online.without_asker),
    "online.QuestionVote": LeftOut("Hashes of the public's devices; how many they were stands with the question."),
    "online.RoomReminder": LeftOut("Wishes of the public with their contacts: they stay home and are erased when due."),
    "online.Hall": Exported(
        "edition",
        convert={"draft": online.hall, "live": online.hall},
        after=("publicity.Story", "online.Tour"),
    ),
    "online.GuestEntry": LeftOut("The public's own words: erased here when due, and never given away."),
    "online.DaySalt": _SECRET,
    "online.VisitMark": LeftOut("Hashes that live for a day; the counts made of them are exported."),
    "online.VisitCount": Exported(
        "edition",
        convert={"subject": online.subject},
        after=("online.Tour", "online.LiveRoom", "online.Hall"),
    ),
    "statistics.FormEntry": Exported("edition"),
    "statistics.FormFigure": Exported("entry__edition"),
    "statistics.FigureChange": Exported("entry__edition"),
    "statistics.FormVersion": Exported("entry__edition"),
    "statistics.FormComment": Exported("entry__edition"),
    "statistics.FormReminder": Exported("edition"),
    "statistics.OpenData": LeftOut("Whether figures are given to everybody is for whoever holds them to decide."),
    "statistics.WallLink": _SECRET,
    "summaries.Summary": Exported("edition", convert={"body": ref.figure_links}),
    "summaries.SummaryPhoto": Exported("summary__edition"),
    "summaries.SummaryVersion": Exported(
        "summary__edition",
        convert={"body": ref.figure_links, "photos": ref.version_photos},
        after=("reports.ReportItem",),
    ),
    "archive.ArchiveImport": _MACHINE,
    "portal.ContentRevision": _MACHINE,
}
