"""The settings of what goes out and comes in by post: mails, short messages, robots, the week's mailbox (C8)."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from skillweek.site.environment import HOME, env

vars().update(env.email_url("EMAIL_URL", default=f"filemail:///{HOME / 'mail'}"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="职教周 <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
#: Seconds a mail server may take for one answer; five of them stay under the lease of a delivery.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
#: Read messages are cleared away after this many days, unread ones after twice as many.
MESSAGE_KEEP_DAYS = env.int("MESSAGE_KEEP_DAYS", default=365)
#: When short messages and group posts wait for the morning, unless they are urgent; in the edition's zone.
QUIET_HOURS = env.str("QUIET_HOURS", default="22:00-07:30")
#: "" (no short messages), "http", "aliyun" or "tencent"; what each needs stands in deploy/env.example.
SMS_DRIVER = env.str("SMS_DRIVER", default="")
#: The approved signature (签名) without brackets; key and secret of the account at the platform.
SMS_SIGN = env.str("SMS_SIGN", default="")
SMS_KEY_ID = env.str("SMS_KEY_ID", default="")
SMS_KEY_SECRET = env.str("SMS_KEY_SECRET", default="")
#: Tencent's SmsSdkAppId.
SMS_APP_ID = env.str("SMS_APP_ID", default="")
SMS_REGION = env.str("SMS_REGION", default="ap-guangzhou")
#: The platform's address; empty for the usual one. The address to post to with SMS_DRIVER=http.
SMS_ENDPOINT = env.str("SMS_ENDPOINT", default="")
#: SMS_DRIVER=http: what is posted and what means success.
SMS_HTTP_FORMAT = env.str("SMS_HTTP_FORMAT", default="json")
SMS_HTTP_BODY = env.json("SMS_HTTP_BODY", default={"phone": "{phone}", "content": "【{sign}】{text}"})
SMS_HTTP_HEADERS = env.json("SMS_HTTP_HEADERS", default={})
SMS_HTTP_OK = env.str("SMS_HTTP_OK", default="")
#: Short messages to one number in 24 hours, against abuse; urgent ones count too.
SMS_PER_NUMBER_DAILY = env.int("SMS_PER_NUMBER_DAILY", default=10)
#: Seconds an SMS platform or a group robot may take for one answer.
OUTBOUND_TIMEOUT = env.int("OUTBOUND_TIMEOUT", default=10)
#: host:port of own relays that robots may be called at beside the platforms' hosts, also without https.
ROBOT_HOSTS = env.list("ROBOT_HOSTS", default=[])

# The week's mailbox (C8) ---------------------------------------------------------------------

#: The IMAP server of the mailbox; empty: no mails are fetched.
MAILBOX_IMAP_HOST = env.str("MAILBOX_IMAP_HOST", default="")
#: "ssl", "starttls" or "none" (only on the own machine).
MAILBOX_IMAP_TLS = env.str("MAILBOX_IMAP_TLS", default="ssl")
MAILBOX_IMAP_PORT = env.int("MAILBOX_IMAP_PORT", default=993 if MAILBOX_IMAP_TLS == "ssl" else 143)
MAILBOX_IMAP_USER = env.str("MAILBOX_IMAP_USER", default="")
MAILBOX_IMAP_PASSWORD = env.str("MAILBOX_IMAP_PASSWORD", default="")
MAILBOX_IMAP_FOLDER = env.str("MAILBOX_IMAP_FOLDER", default="INBOX")
#: Where mails go once they are stored here; empty leaves them where they are, marked as read.
MAILBOX_IMAP_DONE = env.str("MAILBOX_IMAP_DONE", default="")
#: Where mails go that are too large to take in; empty leaves them.
MAILBOX_IMAP_FAILED = env.str("MAILBOX_IMAP_FAILED", default="")
#: Own addresses: whom the SMTP listener takes mails for, and whom nothing is answered to.
MAILBOX_ADDRESSES = env.list("MAILBOX_ADDRESSES", default=[])
#: Largest mail in bytes, as it travels (a third more than its attachments).
MAILBOX_MAX_BYTES = env.int("MAILBOX_MAX_BYTES", default=80 * 1024 * 1024)
#: The name (authserv-id) of the mail server whose Authentication-Results are believed; empty believes none.
MAILBOX_AUTH_SERVER = env.str("MAILBOX_AUTH_SERVER", default="")
#: How many servers of ours add a Received line above that result or below it.
MAILBOX_AUTH_HOPS = env.int("MAILBOX_AUTH_HOPS", default=1)
#: "strict": only proved senders are filed; "check": those who failed are not, unproved ones only as drafts;
#: "off": the From address alone counts.
MAILBOX_PROOF = env.str("MAILBOX_PROOF", default="check")
if MAILBOX_PROOF not in ("strict", "check", "off"):
    raise ImproperlyConfigured("MAILBOX_PROOF must be strict, check or off")
#: A mail without errors hands the report in; 0 leaves that to people.
MAILBOX_SUBMIT = env.bool("MAILBOX_SUBMIT", default=True)
#: Answers to one address in 24 hours.
MAILBOX_REPLIES_DAILY = env.int("MAILBOX_REPLIES_DAILY", default=30)
