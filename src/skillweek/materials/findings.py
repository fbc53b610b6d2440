"""What the judge says: findings on one piece of material, in Chinese and English."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding weighs. Only errors stand in the way of submission."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Kind(StrEnum):
    """What a piece of material is, in the notice's terms (C2–C5)."""

    MANUSCRIPT = "manuscript"
    PHOTO = "photo"
    VIDEO = "video"
    COVERAGE = "coverage"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the judge noticed.

    ``code`` is stable and dotted (``photo.width``); tests, reports and translations hang on it.
    ``subject`` is what it is about, as the reader knows it: a file name, or a field of the form.
    ``message`` is a whole Chinese sentence: what is wrong, where, and what is expected.
    ``message_en`` says the same in English. ``todo`` and ``todo_en`` say what to do next; they
    never repeat the message.
    """

    code: str
    severity: Severity
    subject: str
    message: str
    message_en: str
    todo: str = ""
    todo_en: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON data; ``from_dict`` reads it back unchanged."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Finding:
        """Rebuild a finding from ``as_dict``'s output. Raises KeyError or ValueError if it is not one."""
        return cls(
            code=data["code"],
            severity=Severity(data["severity"]),
            subject=data["subject"],
            message=data["message"],
            message_en=data["message_en"],
            todo=data.get("todo", ""),
            todo_en=data.get("todo_en", ""),
        )


def has_errors(findings: list[Finding]) -> bool:
    """Whether any finding stands in the way of submission."""
    return any(finding.severity is Severity.ERROR for finding in findings)
