"""How django-allauth meets our accounts: sign in by e-mail or phone, no open sign-up (A6)."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.fields import PhoneField
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from skillweek.organisations.models import User
from skillweek.organisations.phones import normalise_phone

_WRONG = _("账号或密码不对，请检查后再试。连续填错多次会暂时锁定；忘记密码可以用邮箱重设。")


def _check_phone(value: str) -> None:
    try:
        normalise_phone(value)
    except ValueError as error:
        raise ValidationError(_("请填 11 位手机号码；境外号码请以 + 和国家代码开头。"), code="invalid_phone") from error


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations only; phone numbers serve to sign in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _WRONG,
        "phone_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "account_inactive": _("这个账号已停用。请联系本单位的管理员。"),
        "too_many_login_attempts": _("填错次数过多，为保护账号已暂时锁定。请 5 分钟后再试，或用邮箱重设密码。"),
        "rate_limited": _("操作太频繁，请稍等几分钟再试。"),
        "incorrect_code": _("验证码不对。请核对手机时间是否准确，填写应用里当前显示的 6 位数字。"),
        "incorrect_password": _("密码不对，请再试一次。"),
        "enter_current_password": _("请填写当前密码。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def phone_form_field(self, **kwargs: Any) -> Any:
        """A field for numbers as people here write them, with or without country code."""
        return PhoneField(**{"validators": [_check_phone], **kwargs})

    def clean_phone(self, phone: str) -> str:
        """Return the number as stored."""
        return normalise_phone(phone)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Return the number and that it is verified: it was entered on a personal invitation."""
        return (user.phone, True) if user.phone else None

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return the account with this number, or None; allauth itself refuses inactive ones."""
        try:
            plain = normalise_phone(phone)
        except ValueError:
            return None
        return User.objects.filter(phone=plain).first() if plain else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Store the number."""
        user.phone = normalise_phone(phone) or None
        user.save(update_fields=["phone"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Numbers carry no separate mark: see ``get_phone``."""

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        """No SMS is sent in this step of the product: numbers are confirmed by the invitation."""

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Nothing is said to unknown numbers."""

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One counter per account name. allauth's own counts all phone numbers as one and trusts the Host header."""
        login = credentials.get("email") or credentials.get("phone") or credentials.get("username") or ""
        return f"login:{login.lower()}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The mailed link stands on the configured address, not on what the request called us."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.BASE_URL) + path.replace("UID-KEY", key)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask for the password again before delicate changes, but not of somebody who typed it minutes ago."""
        if not super().is_reauthentication_required(app=app):
            return False
        records = get_authentication_records(context.request, context.request.user)
        fresh = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        return not any(record["at"] > fresh for record in records)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Show the site in the person's own language from here on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response


class TwoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor, in our words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对。请核对手机时间是否准确，填写应用里当前显示的 6 位数字。"),
        "cannot_delete_authenticator": _("不能停用两步验证。"),
        "cannot_generate_recovery_codes": _("请先启用两步验证，再生成恢复码。"),
    }


def remember_language(response: HttpResponse, language: str) -> None:
    """Have the browser ask for ``language`` from now on; nothing for an unknown or empty one."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax", secure=settings.HTTPS
        )
