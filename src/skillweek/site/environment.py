"""Where settings come from: the process's environment, then the file ``SKILLWEEK_ENV_FILE`` (``.env``) for the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import environ

env = environ.Env()
#: Where one installation keeps its database, files and secrets.
HOME: Final = Path(env.str("SKILLWEEK_HOME", default=str(Path.cwd() / "var"))).resolve()
environ.Env.read_env(str(env.str("SKILLWEEK_ENV_FILE", default=str(Path.cwd() / ".env"))))
