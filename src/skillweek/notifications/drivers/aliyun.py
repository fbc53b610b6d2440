"""Aliyun short messages (阿里云短信服务): SendSms of 2017-05-25, signed by V3 (ACS3-HMAC-SHA256).

Written after Aliyun's pages on the V3 request and signature and on SendSms; the signature's test is their example.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from datetime import UTC
from typing import Final
from urllib.parse import quote, urlsplit

from django.conf import settings

from skillweek.core.clock import real_now
from skillweek.notifications.drivers.base import Receipt, Refused, TryLater
from skillweek.notifications.drivers.http import Answer, request
from skillweek.notifications.drivers.sms import ShortMessage, code_only
from skillweek.notifications.models import Delivery

_R = Delivery.Reason
_ENDPOINT: Final = "https://dysmsapi.aliyuncs.com"
#: Its codes that mean: later; a wrong number; keys or signature.
_LATER: Final = frozenset({"isv.BUSINESS_LIMIT_CONTROL", "isp.SYSTEM_ERROR"})
_LATER_PREFIX: Final = ("Throttling", "ServiceUnavailable", "InternalError")
_NUMBER: Final = frozenset({"isv.MOBILE_NUMBER_ILLEGAL"})
_KEYS: Final = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "isv.SMS_SIGNATURE", "IncompleteSignature")


class Aliyun:
    """One call of SendSms."""

    needs_template = True

    def send(self, message: ShortMessage) -> Receipt:
        """Hand it over. Raises TryLater, Refused or NoAnswer."""
        endpoint = settings.SMS_ENDPOINT or _ENDPOINT
        query = {
            "PhoneNumbers": message.phone.removeprefix("+"),
            "SignName": settings.SMS_SIGN,
            "TemplateCode": message.template,
            "TemplateParam": json.dumps(message.values, ensure_ascii=False, separators=(",", ":")),
            "OutId": message.reference,
        }
        headers = {
            "host": urlsplit(endpoint).netloc,
            "x-acs-action": "SendSms",
            "x-acs-version": "2017-05-25",
            "x-acs-date": real_now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": uuid.uuid4().hex,
        }
        headers = signed(headers, query, settings.SMS_KEY_ID, settings.SMS_KEY_SECRET)
        return _judge(request(f"{endpoint}/?{canonical_query(query)}", b"", headers))


def canonical_query(query: dict[str, str]) -> str:
    """The parameters sorted and encoded as the signature wants them (RFC 3986)."""
    return "&".join(f"{quote(name, safe='~')}={quote(query[name], safe='~')}" for name in sorted(query))


def signed(headers: dict[str, str], query: dict[str, str], key_id: str, secret: str) -> dict[str, str]:
    """The headers with the hash of the (empty) body and the authorization."""
    body_hash = hashlib.sha256(b"").hexdigest()
    headers = {**headers, "x-acs-content-sha256": body_hash}
    names = sorted(headers)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    listed = ";".join(names)
    canonical = "\n".join(["POST", "/", canonical_query(query), lines, listed, body_hash])
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    authorization = f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={listed},Signature={signature}"
    return {**headers, "Authorization": authorization}


def _judge(answer: Answer) -> Receipt:
    data = answer.json()
    code = str(data.get("Code", ""))
    if code == "OK":
        return Receipt(code_only(data.get("BizId")) or str(data.get("BizId", ""))[:60])
    note = code_only(code)
    if code in _LATER or code.startswith(_LATER_PREFIX):
        raise TryLater(_R.LIMITED, answer.status, note)
    if not code and answer.status >= 500:
        raise TryLater(_R.NO_ANSWER, answer.status)
    if code in _NUMBER:
        raise Refused(_R.BAD_ADDRESS, answer.status, note)
    raise Refused(_R.SIGNATURE if code.startswith(_KEYS) else _R.REJECTED, answer.status, note)
