"""Write the table of finding codes into check-json.md: run it after changing ``materials/messages.py``."""

from __future__ import annotations

from pathlib import Path

from skillweek.materials.messages import MESSAGES

PAGE = Path(__file__).with_name("check-json.md")
START = "<!-- codes: written by finding_codes.py -->\n"


def table() -> str:
    """Return every code, its severity and its sentence in both languages, as a Markdown table."""
    rows = ["| code | severity | says | what to do |", "|---|---|---|---|"]
    for code, message in MESSAGES.items():
        cells = (
            f"`{code}`",
            message.severity.value,
            f"{message.zh}<br>{message.en}",
            f"{message.todo}<br>{message.todo_en}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    before, _, _ = PAGE.read_text(encoding="utf-8").partition(START)
    PAGE.write_text(before + START + table(), encoding="utf-8")
