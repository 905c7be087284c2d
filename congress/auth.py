"""Signing in by username or phone: who is meant, how often one may try, and what is said about it."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from congress.enums import Outcome
from congress.models import User
from congress.phones import normalised
from congress.services import audit

LOCKED = f"输错次数过多，已锁定 {settings.SIGN_IN_LOCK_MINUTES} 分钟。请稍后再试，或打电话求助。账号已保留。"


def account_named(typed: str) -> User | None:
    """The account of that username, else of that phone number however it is written."""
    typed = typed.strip()
    if not typed:
        return None
    return User.objects.filter(username__iexact=typed).first() or User.objects.filter(phone=normalised(typed)).first()


class UsernameOrPhoneBackend(AuthenticationBackend):
    """allauth's backend, which spends the same time on an unknown account, with our way to find the account."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        return self._check_password(account_named(credentials.get("username") or ""), credentials.get("password") or "")


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: accounts are made by the system administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "这个账号已停用。请联系系统管理员。",
        "enter_current_password": "当前密码不对。",
        "incorrect_password": "密码不对。",
        "too_many_login_attempts": LOCKED,
        "rate_limited": "操作太频繁，请过几分钟再试。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("me")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    # SECURITY: tries are counted for the person, so that writing the number in another way gives no further tries.
    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        typed = str(credentials.get("username", ""))
        user = account_named(typed)
        return f"account:{user.pk}" if user else f"unknown:{normalised(typed).lower()}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            refuse_sign_in(str(credentials.get("username", "")), "输错次数过多，已锁定")
            raise

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "username_password_mismatch":
            left = self._tries_left()
            warning = f"账号或密码不对。还可以再试 {left} 次，之后锁定 {settings.SIGN_IN_LOCK_MINUTES} 分钟。账号已保留。"
            return ValidationError(warning if left else LOCKED, code=code)
        return super().validation_error(code, *args)

    def _tries_left(self) -> int:
        """How many tries the account has left after the one just counted: the first of ``login_failed``'s two rates."""
        counted = getattr(self, "_login_failed_rl_usage", None)
        if not counted or not counted.usage:
            return 0
        return max(0, settings.SIGN_IN_TRIES - len(cache.get(counted.usage[0].cache_key, [])))


class MFAAdapter(DefaultMFAAdapter):
    """What the second step of signing in says."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": "验证码不对。请看清当前的 6 位数字再输入。"}


def refuse_sign_in(typed: str, reason: str) -> None:
    """Writes a failed sign-in into the audit trail.

    SECURITY: of an unknown account only the beginning is kept, because people type their password into that field.
    """
    user = account_named(typed)
    audit.record(
        None, "congress.sign_in", user, outcome=Outcome.REFUSED, reason=reason, ref=user.username if user else f"{typed.strip()[:3]}…"
    )
