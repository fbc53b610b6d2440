"""Settings by environment. Every variable is documented in ``deploy/env.example``.

Without any variable the product runs on one machine: SQLite in WAL mode, local files, one worker.
``DATABASE_URL``, ``S3_*`` and ``CACHE_URL`` switch it to PostgreSQL, a bucket and Redis.
Those of mails, short messages and the week's mailbox stand in ``settings_mail``, and are settings as all others.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from skillweek.site.environment import HOME, env
from skillweek.site.logs import logging_config
from skillweek.site.policy import content_security_policy
from skillweek.site.settings_mail import *  # noqa: F403
from skillweek.site.tiles import tile_hosts

PACKAGE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("SKILLWEEK_DEMO", default=False)
#: Seconds added to the clock, so that the demo runs in the week of the notice. Set by ``skillweek demo`` alone.
CLOCK_OFFSET_SECONDS = env.int("SKILLWEEK_CLOCK_OFFSET", default=0)
if CLOCK_OFFSET_SECONDS and not DEMO:
    raise ImproperlyConfigured("SKILLWEEK_CLOCK_OFFSET moves the clock and is only for the demo (SKILLWEEK_DEMO=1)")


def _secret_key() -> str:
    """The key from the environment, or one made on first start and kept in HOME."""
    if key := str(env.str("SECRET_KEY", default="")):
        return key
    HOME.mkdir(parents=True, exist_ok=True)
    path = HOME / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(os.urandom(48).hex())
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = _secret_key()
#: Earlier keys: signatures and personal links made with them are still good.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
#: The address people reach the site by; used in mails.
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "skillweek.core",
    "skillweek.search",
    "skillweek.organisations",
    "skillweek.editions",
    "skillweek.uploads",
    "skillweek.similarity",
    "skillweek.content",
    "skillweek.notifications",
    "skillweek.notices",
    "skillweek.activities",
    "skillweek.bookings",
    "skillweek.participation",
    "skillweek.voting",
    "skillweek.judging",
    "skillweek.reports",
    "skillweek.mailbox",
    "skillweek.press",
    "skillweek.contests",
    "skillweek.policies",
    "skillweek.publicity",
    "skillweek.quiz",
    "skillweek.partnerships",
    "skillweek.interviews",
    "skillweek.classes",
    "skillweek.careers",
    "skillweek.online",
    "skillweek.statistics",
    "skillweek.summaries",
    "skillweek.archive",
    "skillweek.portal",
    "skillweek.workspace",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "treebeard",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "skillweek.core.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "skillweek.core.middleware.RequestLogMiddleware",
    # Keeps whole answers, their content security policy with them.
    "skillweek.portal.caching.PublicPageMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "skillweek.organisations.middleware.TwoFactorMiddleware",
    "skillweek.editions.viewing.PastEditionMiddleware",
    "skillweek.core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "skillweek.site.urls"
WSGI_APPLICATION = "skillweek.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "skillweek.core.context.product",
                "skillweek.portal.context.public_site",
                "skillweek.workspace.context.shell",
            ],
        },
    }
]

# Database ------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{HOME / 'skillweek.sqlite3'}")}
_db = DATABASES["default"]
_db["ATOMIC_REQUESTS"] = False
# Opening a connection takes longer than answering with a kept page.
_db["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
_suffix = env.str("SKILLWEEK_TEST_DB_SUFFIX", default="")
if _db["ENGINE"].endswith("sqlite3"):
    HOME.mkdir(parents=True, exist_ok=True)
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
    _db["TEST"] = {"NAME": str(HOME / f"test{_suffix}.sqlite3")}
else:
    _db["CONN_HEALTH_CHECKS"] = True
    _db["TEST"] = {"NAME": f"test_skillweek{_suffix}"}

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://skillweek")}
#: Kept public pages have a place of their own: their number never pushes out the counters of rate limits.
CACHES["pages"] = {**CACHES["default"], "KEY_PREFIX": "pages"}
if CACHES["pages"]["BACKEND"].endswith("LocMemCache"):
    CACHES["pages"] |= {"LOCATION": "skillweek-pages", "OPTIONS": {"MAX_ENTRIES": 2000, "CULL_FREQUENCY": 4}}
#: How long a public page is kept at most; 0 keeps none. A change of content shows at once in any case.
PUBLIC_CACHE_SECONDS = env.int("PUBLIC_CACHE_SECONDS", default=60)
#: How long a CDN or proxy in front may answer with its copy without asking.
CDN_SECONDS = env.int("CDN_SECONDS", default=30)
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# Tasks ---------------------------------------------------------------------------------------

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "media", "mail"],
    }
}

# Files ---------------------------------------------------------------------------------------

MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(HOME / "media"))
#: Where arriving and temporary files lie; on the same disk as MEDIA_ROOT so that a move is a rename.
SPOOL_ROOT = env.str("SPOOL_ROOT", default=str(HOME / "spool"))
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(HOME / "static"))
S3_BUCKET = env.str("S3_BUCKET", default="")
S3_ENDPOINT = env.str("S3_ENDPOINT", default="")
S3_PUBLIC_ENDPOINT = env.str("S3_PUBLIC_ENDPOINT", default=S3_ENDPOINT)
if S3_BUCKET:
    _files = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT or None,
            "region_name": env.str("S3_REGION", default="us-east-1"),
            "access_key": env.str("S3_ACCESS_KEY", default=""),
            "secret_key": env.str("S3_SECRET_KEY", default=""),
            "signature_version": "s3v4",
            "addressing_style": env.str("S3_ADDRESSING_STYLE", default="path"),
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 900,
            "file_overwrite": False,
        },
    }
else:
    _files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}  # in MEDIA_ROOT
STORAGES = {
    "default": _files,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or env.bool("SKILLWEEK_PLAIN_STATIC", default=False)
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or env.bool("SKILLWEEK_PLAIN_STATIC", default=False)
#: With nginx in front, local files are sent by it (``X-Accel-Redirect``) from this internal location.
ACCEL_LOCATION = env.str("ACCEL_LOCATION", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
UPLOAD_CHUNK_BYTES = env.int("UPLOAD_CHUNK_BYTES", default=5 * 1024 * 1024)
UPLOAD_EXPIRES_HOURS = env.int("UPLOAD_EXPIRES_HOURS", default=48)
#: What one school may keep in one edition, in bytes.
SCHOOL_QUOTA_BYTES = env.int("SCHOOL_QUOTA_BYTES", default=20 * 1024**3)
#: What verified people without an account may send: each in an edition, all of them together, and how often.
GUEST_QUOTA_BYTES = env.int("GUEST_QUOTA_BYTES", default=2 * 1024**3)
GUESTS_TOTAL_BYTES = env.int("GUESTS_TOTAL_BYTES", default=200 * 1024**3)
GUEST_UPLOADS_PER_HOUR = env.int("GUEST_UPLOADS_PER_HOUR", default=60)
CLAMAV_SOCKET = env.str("CLAMAV_SOCKET", default="")

# People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
LOGOUT_REDIRECT_URL = "portal:home"
#: Bureau accounts must have a second factor (A6). Off only in the demo, where the start page says so.
REQUIRE_TWO_FACTOR = env.bool("REQUIRE_TWO_FACTOR", default=not DEMO)
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)

ACCOUNT_ADAPTER = "skillweek.organisations.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "skillweek.organisations.forms.LoginForm"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
#: A whole bureau, or a phone network, may stand behind one address: the limit per account is the tight one.
ACCOUNT_RATE_LIMITS = {"login_failed": "60/5m/ip,5/5m/key", "login": "60/m/ip", "reset_password": "20/m/ip,5/h/key"}
#: How many proxies of ours add to X-Forwarded-For; 0 trusts none, so that nobody chooses their own address.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=int(env.bool("BEHIND_PROXY", default=False)))
MFA_ADAPTER = "skillweek.organisations.adapter.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "职教周"
MFA_RECOVERY_CODE_COUNT = 10
#: Phones whose clock is half a minute off still get in.
MFA_TOTP_TOLERANCE = 1

#: How long a browser works before a public form is taken: so many hashes at most, half of it on average (B8).
BOOKING_PROOF_WORK = env.int("BOOKING_PROOF_WORK", default=100_000)
#: How many bookings may come from one address; a carrier or a community centre may stand behind it.
BOOKING_RATE = env.str("BOOKING_RATE", default="600/10m")
#: Codes sent to, and works begun by, people behind one network address: a school or a hall may stand behind it.
PARTICIPANT_RATE = env.str("PARTICIPANT_RATE", default="200/10m")

# Online week (B11) -----------------------------------------------------------------------------

#: Hosts to which any edition's online works may link, besides the edition's own list; subdomains count with them.
ONLINE_LINK_HOSTS = env.list("ONLINE_LINK_HOSTS", default=[])
#: Hosts from which pages may play a live stream (HLS); they enter the content security policy.
ONLINE_STREAM_HOSTS = env.list("ONLINE_STREAM_HOSTS", default=[])
#: Questions and guestbook lines from one address: a school class may stand behind it.
ONLINE_SAY_RATE = env.str("ONLINE_SAY_RATE", default="60/10m")
ONLINE_VOTE_RATE = env.str("ONLINE_VOTE_RATE", default="600/10m")
#: Counted views from one address.
ONLINE_SEEN_RATE = env.str("ONLINE_SEEN_RATE", default="1200/10m")

# Language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
#: Only how stray times print; deadlines are computed in the edition's own zone.
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
FORMAT_MODULE_PATH = ["skillweek.core.formats"]

# Maps ----------------------------------------------------------------------------------------

#: Addresses of map tiles, one layer after the other, separated by spaces; empty: the district sketch map alone.
MAP_TILES_URLS = env.str("MAP_TILES_URL", default="").split()
MAP_TILES_SUBDOMAINS = env.str("MAP_TILES_SUBDOMAINS", default="01234567")
MAP_TILES_ATTRIBUTION = env.str("MAP_TILES_ATTRIBUTION", default="")
MAP_TILES_MAX_ZOOM = env.int("MAP_TILES_MAX_ZOOM", default=18)
#: "wgs84" (also CGCS2000, as Tianditu) or "gcj02".
MAP_TILES_DATUM = env.str("MAP_TILES_DATUM", default="wgs84")
_tile_hosts = tile_hosts(MAP_TILES_URLS, MAP_TILES_SUBDOMAINS)

# Safety --------------------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000 if HTTPS else 0)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "skillweek.core.errors_views.csrf_failure"
CONTENT_SECURITY_POLICY = content_security_policy(
    stores=[S3_PUBLIC_ENDPOINT] if S3_BUCKET and S3_PUBLIC_ENDPOINT else [],
    tiles=_tile_hosts,
    streams=ONLINE_STREAM_HOSTS,
)

LOG_JSON = env.bool("LOG_JSON", default=not DEBUG and not DEMO)
LOGGING = logging_config(json=LOG_JSON, level=env.str("LOG_LEVEL", default="INFO"))

SILENCED_SYSTEM_CHECKS: list[str] = []
