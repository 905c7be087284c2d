"""The audit rows of signing in and out, written where Django and allauth tell of it."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from congress.auth import refuse_sign_in
from congress.enums import Outcome
from congress.models import User
from congress.services import audit


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record(user, "congress.sign_in", user)


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user:
        audit.record(user, "congress.sign_out", user)


@receiver(user_login_failed)
def sign_in_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    refuse_sign_in(str(credentials.get("username", "")), "账号或密码不对")


@receiver(authentication_failed)
def code_failed(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record(None, "congress.sign_in", user, outcome=Outcome.REFUSED, reason="动态验证码不对")


@receiver(password_changed)
def password_was_changed(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record(user, "congress.change_password", user)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def second_step_changed(sender: Any, signal: Any, user: User, authenticator: Any, **kwargs: Any) -> None:
    step = "add" if signal is authenticator_added else "remove" if signal is authenticator_removed else "reset"
    audit.record(user, f"congress.{step}_{authenticator.type}", user)
