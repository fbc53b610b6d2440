"""The tests' settings with the harness's pages, for a server in a process of its own."""

import os

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "tests.uploads.harness.urls"
MEDIA_ROOT = os.environ["MEDIA_ROOT"]
