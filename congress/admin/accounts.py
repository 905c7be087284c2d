"""Accounts, made by the system administrator, and roles, given by the security administrator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, BaseUserCreationForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join

from congress.admin.base import AuditedAdmin, RuledAdmin, person
from congress.errors import DomainError
from congress.models import RoleGrant, User
from congress.phones import normalised
from congress.services import accounts, audit
from congress.templatetags.frame import cn_date


class _OnePhone(forms.ModelForm):
    """Keeps the number in one form, and apart from other people's account names."""

    def clean_phone(self) -> str | None:
        phone = normalised(self.cleaned_data["phone"] or "")
        others = User.objects.exclude(pk=self.instance.pk)
        if phone and (others.filter(phone=phone).exists() or others.filter(username__iexact=phone).exists()):
            raise ValidationError("这个手机号已登记在另一个账号上。")
        return phone or None

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(username__iexact=username).exists() or others.filter(phone=normalised(username)).exists():
            raise ValidationError("这个账号已有人使用。")
        return username


class NewUserForm(_OnePhone, BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "name", "phone"]


class UserForm(_OnePhone):
    class Meta:
        model = User
        fields = ["username", "name", "phone", "is_active"]


class PasswordForm(AdminPasswordChangeForm):
    """A new password for somebody else; there is no other way to sign in, so it can't be taken away."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    """An account is stopped, never deleted: what the person did keeps the name."""

    rule = "congress.manage_accounts"
    reading_rule = "congress.read_accounts"
    unaudited = ["password", "last_login", "date_joined"]
    form, add_form, change_password_form = UserForm, NewUserForm, PasswordForm
    fieldsets = [
        (None, {"fields": ["username", "password_link"]}),
        ("人员", {"fields": ["name", "phone", "is_active"]}),
        ("任职（由安全管理员维护）", {"fields": ["roles"]}),
        ("时间", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["username", "name", "phone", "password1", "password2"]})]
    readonly_fields = ["password_link", "roles", "last_login", "date_joined"]
    list_display = ["username", "name", "phone", "is_active", "last_login"]
    list_filter = ["is_active", "grants__role"]
    search_fields = ["username", "name", "phone"]
    filter_horizontal = []
    actions = ["forget_second_step"]

    @admin.display(description="密码")
    def password_link(self, user: User) -> str:
        return format_html('<a class="button" href="{}">重设密码</a>', "../password/")

    @admin.display(description="角色")
    def roles(self, user: User) -> str:
        grants = user.grants.select_related("organisation").order_by("-starts_on")
        lines = [
            (f"{g.organisation}{g.get_role_display()}，{cn_date(g.starts_on)}起{f'，至{cn_date(g.ends_on)}' if g.ends_on else ''}",)
            for g in grants
        ]
        return format_html_join("", "<div>{}</div>", lines) or "还没有角色"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Those who may only look get no link to the password."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is None or self.has_change_permission(request, obj) else [(None, {"fields": ["username"]}), *fieldsets[1:]]

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            user = User.objects.get(pk=id)
            audit.record(person(request), "congress.reset_password", user)
        return response

    @admin.action(description="清除所选账号的动态验证码", permissions=["change"])
    def forget_second_step(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        done = [user.name for user in chosen if accounts.forget_second_step(actor=person(request), user=user)]
        messages.success(request, f"已清除：{'、'.join(done)}。" if done else "所选账号都没有开启动态验证码。")


class GrantForm(forms.ModelForm):
    """Asks the service before it is saved, so that a refusal stands on the form."""

    actor: User

    class Meta:
        model = RoleGrant
        fields = ["user", "role", "organisation", "starts_on", "ends_on"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.instance.pk:
            if not data.get("ends_on"):
                self.add_error("ends_on", "请填写结束日期。")
        elif not self.errors:
            try:
                accounts.refuse_grant(actor=self.actor, **data)
            except DomainError as refusal:
                self.add_error(None, str(refusal))
        return data


@admin.register(RoleGrant)
class RoleGrantAdmin(RuledAdmin):
    """A role is granted and ended, never edited or deleted: who was what, and when, stays known."""

    rule = "congress.manage_grants"
    form = GrantForm
    list_display = ["user", "role", "organisation", "starts_on", "ends_on"]
    list_filter = ["role", ("ends_on", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "organisation"]
    search_fields = ["user__username", "user__name", "organisation__name"]
    autocomplete_fields = ["user", "organisation"]
    ordering = ["-starts_on", "pk"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: RoleGrant | None = None) -> list[str]:
        return ["user", "role", "organisation", "starts_on"] if obj else []

    def get_form(self, request: HttpRequest, obj: RoleGrant | None = None, change: bool = False, **kwargs: Any) -> type[forms.ModelForm]:
        return type("GrantForm", (super().get_form(request, obj, change, **kwargs),), {"actor": person(request)})

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: forms.ModelForm, change: bool) -> None:
        if change:
            accounts.end_role(actor=person(request), grant=obj, ends_on=obj.ends_on)
        else:
            saved = accounts.grant_role(actor=person(request), **form.cleaned_data)
            obj.pk = saved.pk
