"""PDF with Chinese fonts inside, set by typst in a process of its own. Texts are data there, never markup."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

from django.utils.translation import gettext as _

from skillweek.core.errors import DomainError

logger = logging.getLogger(__name__)

#: Seconds after which the setting of one document is given up.
_SECONDS: Final = 120
_COMPILE: Final = """
import sys, typst
source, output, root, fonts = sys.argv[1:]
typst.compile(source, output=output, root=root, font_paths=[fonts])
"""
#: Laid down by the front-end build, from a package.
FONTS: Final = Path(__file__).resolve().parent / "fonts"


def typeset(source: str, data: Callable[[Path], dict[str, Any]]) -> IO[bytes]:
    """Set ``source`` (typst, reads ``data.json``) and return an open temporary PDF, at its beginning.

    ``data`` is called with the document's folder, may lay pictures there, and returns what becomes ``data.json``.
    Raises DomainError when the fonts were not built or the document cannot be set. A process of its own does it: many
    photos take half a gigabyte, which no web process should keep.
    """
    if not (FONTS / "NotoSerifSC_400Regular.ttf").exists():
        raise DomainError(_("服务器上没有中文字体，暂时不能生成 PDF。请告诉运维人员。"), code="no_fonts")
    target = tempfile.TemporaryFile(suffix=".pdf")  # noqa: SIM115 - the response closes it
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(data(folder), ensure_ascii=False), encoding="utf-8")
        (folder / "document.typ").write_text(source, encoding="utf-8")
        output = folder / "document.pdf"
        _compile(folder / "document.typ", output)
        with output.open("rb") as made:
            shutil.copyfileobj(made, target)
    target.seek(0)
    return target


def _compile(source: Path, output: Path) -> None:
    command = [sys.executable, "-c", _COMPILE, str(source), str(output), str(source.parent), str(FONTS)]
    try:
        subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        logger.error("PDF was not set: %s", (error.stderr or b"").decode(errors="replace")[-2000:])
        raise DomainError(_("PDF 没有生成成功。请稍后再试。"), code="not_set") from error
