"""Forms of the ground floor's own pages."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.core.exceptions import ValidationError


class SignInForm(LoginForm):
    """Username or phone, and password. A refusal stands at the password; the account stays as it was typed."""

    own = forms.BooleanField(label="在这台设备上记住账号", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = "手机号或工作账号"
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"}
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean()
        except ValidationError as refusal:
            self.add_error("password", refusal)
            return self.cleaned_data
