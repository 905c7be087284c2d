"""The staff admin: Django's own, opened by our roles instead of ``is_staff``, showing our own tables and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy

from congress.enums import Role

OUR_APPS = {"congress", "deputies", "platforms", "activities", "suggestions"}


class StaffAdminSite(admin.AdminSite):
    site_header = site_title = "基础数据管理"
    index_title = "数据表"
    site_url = reverse_lazy("home")  # type: ignore[assignment]
    empty_value_display = "—"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Keeps our own tables; what libraries register (groups, mail addresses, schedules) is no work for staff."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) and issubclass(model_or_iterable, Model) else model_or_iterable
        ours = [model for model in models if apps.get_app_config(model._meta.app_label).name in OUR_APPS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        roles = (Role.OFFICE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
        return bool(user.is_authenticated and user.is_active and user.access.has(*roles))

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, view)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One way to sign in for everybody; whoever comes here is signed in already."""
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")
