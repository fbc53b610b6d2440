"""The product's settings, made quick and quiet for tests; nothing of ours is replaced."""

import os
import tempfile
from pathlib import Path

_home = Path(
    os.environ.setdefault("SKILLWEEK_HOME", str(Path(tempfile.gettempdir()) / f"skillweek-tests-{os.getuid()}"))
)
os.environ.setdefault("SKILLWEEK_ENV_FILE", str(_home / "no.env"))
os.environ.setdefault("SKILLWEEK_PLAIN_STATIC", "1")
os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("REQUIRE_TWO_FACTOR", "0")

from skillweek.site.settings import *  # noqa: E402, F403
from skillweek.site.settings import HOME  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
#: Tests see each change without a commit; those of the kept pages switch it on.
PUBLIC_CACHE_SECONDS = 0
ACCOUNT_RATE_LIMITS: dict[str, str] = {}
MEDIA_ROOT = str(HOME / "media")
STATIC_ROOT = str(HOME / "static")
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
