"""Tencent Cloud short messages (腾讯云短信): SendSms of 2021-01-11, signed by TC3-HMAC-SHA256.

Written after Tencent's pages on signature v3 and on SendSms; the signature's test is their example.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings

from skillweek.core.clock import real_now
from skillweek.notifications.drivers.base import Receipt, Refused, TryLater
from skillweek.notifications.drivers.http import Answer, request
from skillweek.notifications.drivers.sms import ShortMessage, code_only, international
from skillweek.notifications.models import Delivery

_R = Delivery.Reason
_ENDPOINT: Final = "https://sms.tencentcloudapi.com"
_TYPE: Final = "application/json; charset=utf-8"
#: Beginnings of its codes that mean: later; a wrong number; keys or signature.
_LATER: Final = ("LimitExceeded", "RequestLimitExceeded", "InternalError", "FailedOperation.ServiceUnavailable")
_NUMBER: Final = ("InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberInBlacklist")
_KEYS: Final = ("AuthFailure", "UnauthorizedOperation", "FailedOperation.SignatureIncorrectOrUnapproved")


class Tencent:
    """One call of SendSms."""

    needs_template = True

    def send(self, message: ShortMessage) -> Receipt:
        """Hand it over. Raises TryLater, Refused or NoAnswer."""
        endpoint = settings.SMS_ENDPOINT or _ENDPOINT
        payload = {
            "PhoneNumberSet": [international(message.phone)],
            "SmsSdkAppId": settings.SMS_APP_ID,
            "SignName": settings.SMS_SIGN,
            "TemplateId": message.template,
            "TemplateParamSet": list(message.values.values()),
            "SessionContext": message.reference,
        }
        body = json.dumps(payload, ensure_ascii=False).encode()
        moment = real_now().astimezone(UTC)
        host = urlsplit(endpoint).netloc
        headers = {
            "Host": host,
            "Content-Type": _TYPE,
            "X-TC-Action": "SendSms",
            "X-TC-Version": "2021-01-11",
            "X-TC-Region": settings.SMS_REGION,
            "X-TC-Timestamp": str(int(moment.timestamp())),
            "Authorization": authorization(
                "sms", host, body, moment, key_id=settings.SMS_KEY_ID, secret=settings.SMS_KEY_SECRET
            ),
        }
        return _judge(request(endpoint + "/", body, headers))


def authorization(service: str, host: str, body: bytes, moment: datetime, *, key_id: str, secret: str) -> str:
    """The Authorization header of one POST at ``moment`` (UTC)."""
    listed = "content-type;host"
    lines = f"content-type:{_TYPE}\nhost:{host}\n"
    canonical = "\n".join(["POST", "/", "", lines, listed, hashlib.sha256(body).hexdigest()])
    day = moment.strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["TC3-HMAC-SHA256", str(int(moment.timestamp())), scope, hashed])
    key = f"TC3{secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={listed}, Signature={signature}"


def _judge(answer: Answer) -> Receipt:
    """Errors of the call stand in ``Error``, those of the number in its row; both come with HTTP 200."""
    inner = answer.json().get("Response")
    response: dict[str, Any] = inner if isinstance(inner, dict) else {}
    rows = response.get("SendStatusSet") or []
    row = rows[0] if rows and isinstance(rows[0], dict) else {}
    error = response.get("Error") or {}
    code = str(error.get("Code") or row.get("Code") or "")
    if code == "Ok":
        return Receipt(str(row.get("SerialNo", ""))[:80])
    note = code_only(code)
    if code.startswith(_LATER) or (not code and answer.status >= 500):
        raise TryLater(_R.LIMITED if code else _R.NO_ANSWER, answer.status, note)
    if code.startswith(_NUMBER):
        raise Refused(_R.BAD_ADDRESS, answer.status, note)
    raise Refused(_R.SIGNATURE if code.startswith(_KEYS) else _R.REJECTED, answer.status, note)
