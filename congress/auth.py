"""Signing in by username or phone."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend


class UsernameOrPhoneBackend(AuthenticationBackend):
    """Placeholder replaced by the frame helper."""


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False
