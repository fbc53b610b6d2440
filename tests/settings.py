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

if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    # A commit need not wait for the disk: what PostgreSQL does is the same unless the machine itself dies. The children
    # that tests start (workers, servers) read it from here too.
    os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")
else:
    _options = DATABASES["default"]["OPTIONS"]  # noqa: F405
    _options["init_command"] += " PRAGMA synchronous=OFF;"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
#: Tests see each change without a commit; those of the kept pages switch it on.
PUBLIC_CACHE_SECONDS = 0
ACCOUNT_RATE_LIMITS: dict[str, str] = {}
#: Static files are looked up when they are asked for. Else every new client's middleware walks through all of them
#: first: 46 ms for each of thousands of clients. Tests of the real command serve them as an installation does.
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = str(HOME / "media")
STATIC_ROOT = str(HOME / "static")
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
