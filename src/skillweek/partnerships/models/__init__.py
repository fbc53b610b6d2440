"""Enterprises, what they look for, schools' majors, meetings with their schedule, intentions (E3, E4)."""

from skillweek.partnerships.models.enterprises import Enterprise, ProfileChange
from skillweek.partnerships.models.intentions import FollowDays, FollowUp, Intention
from skillweek.partnerships.models.majors import CityMajor, MajorUpload, SchoolMajor
from skillweek.partnerships.models.meetings import Meeting, Pairing, Party, Slot, Table, Wish
from skillweek.partnerships.models.needs import Need, NeedField

__all__ = [
    "CityMajor",
    "Enterprise",
    "FollowDays",
    "FollowUp",
    "Intention",
    "MajorUpload",
    "Meeting",
    "Need",
    "NeedField",
    "Pairing",
    "Party",
    "ProfileChange",
    "SchoolMajor",
    "Slot",
    "Table",
    "Wish",
]
