"""What looks odd about a ranked round. Marks are for the organiser's eyes; nothing follows by itself (E2)."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skillweek.quiz.models import Attempt

LABELS: Final[dict[str, str | Promise]] = {
    "device": _("同一设备多人"),
    "no_device": _("设备不明"),
    "network": _("同一网络人数多"),
    "fast": _("答得异常快"),
}
#: Nobody reads four options and thinks in less.
_FAST_MS: Final = 1500
_FAST_SCORE: Final = 80
#: A class in its computer room is no fraud; far more than that is worth a look.
_NETWORK: Final = 60


def flags_of(attempt: Attempt) -> list[str]:
    """Codes of what looks odd now, in order."""
    others = Attempt.objects.filter(quiz=attempt.quiz_id, day=attempt.day).exclude(pk=attempt.pk)
    found = []
    if not attempt.device_key:
        found.append("no_device")
    elif others.filter(device_key=attempt.device_key).exists():
        found.append("device")
    if attempt.network_key and others.filter(network_key=attempt.network_key).count() >= _NETWORK:
        found.append("network")
    is_quick = attempt.total and attempt.milliseconds < _FAST_MS * attempt.total
    if is_quick and attempt.score >= _FAST_SCORE:
        found.append("fast")
    return found
