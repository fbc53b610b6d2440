"""Tables of the online week (B11)."""

from skillweek.online.models.base import Work
from skillweek.online.models.halls import GuestEntry, Hall
from skillweek.online.models.rooms import LiveRoom, Question, QuestionVote, RoomReminder, moment
from skillweek.online.models.rules import OnlineRules
from skillweek.online.models.said import Said
from skillweek.online.models.tours import Panorama, PanoramaCopy, Tour
from skillweek.online.models.visits import DaySalt, VisitCount, VisitMark

__all__ = [
    "DaySalt",
    "GuestEntry",
    "Hall",
    "LiveRoom",
    "OnlineRules",
    "Panorama",
    "PanoramaCopy",
    "Question",
    "QuestionVote",
    "RoomReminder",
    "Said",
    "Tour",
    "VisitCount",
    "VisitMark",
    "Work",
    "moment",
]
