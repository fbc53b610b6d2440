"""Find an edition's folder and read its material rules, with no site and no database (A4, C7)."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from .rules import MaterialRules

RULES_FILE: Final = "material-rules.toml"
_EDITION_FILE: Final = "edition.toml"
ENVIRONMENT: Final = "SKILLWEEK_EDITION"


class EditionFolderError(ValueError):
    """An edition's folder is missing or its rules are wrong; the text names file, key and what is expected."""


def default_edition() -> Path:
    """Return the folder to use when none is named: ``$SKILLWEEK_EDITION``, else the newest of ``./editions``, of the
    source tree, or of those installed with the package. Raises ``EditionFolderError`` when there is none.
    """
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named)
    package = Path(__file__).resolve().parent.parent
    for root in (Path("editions"), package.parent.parent / "editions", package / "editions_data"):
        folders = [path.parent for path in root.glob(f"*/{RULES_FILE}")]
        if folders:
            return max(folders, key=lambda path: (_year(path.name), path.name))
    raise EditionFolderError("没有找到届的文件夹，请用 --edition 指定（no edition found; name one with --edition）")


def _year(name: str) -> int:
    found = re.findall(r"\d{4}", name)
    return int(found[-1]) if found else 0


def edition_id(folder: Path) -> str:
    """Return the ``id`` in the folder's edition.toml, or else the folder's name."""
    try:
        data = tomllib.loads((folder / _EDITION_FILE).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return folder.resolve().name
    found = data.get("id")
    return found if isinstance(found, str) and found else folder.resolve().name


def load_rules(folder: Path) -> MaterialRules:
    """Return the material rules in an edition's folder. Raises ``EditionFolderError``."""
    path = folder / RULES_FILE
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        return MaterialRules.model_validate(data)
    except FileNotFoundError as error:
        raise EditionFolderError(f"{folder} 里没有 {RULES_FILE}（no {RULES_FILE} in {folder}）") from error
    except ValidationError as error:
        lines = [f"{path}: {'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors()]
        raise EditionFolderError("\n".join(lines)) from error
    except (OSError, ValueError) as error:
        raise EditionFolderError(f"{path}: {error}") from error
