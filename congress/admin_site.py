"""The staff admin: Django's own, opened by our roles instead of ``is_staff``."""

from django.contrib import admin
from django.http import HttpRequest

from congress.enums import Role


class StaffAdminSite(admin.AdminSite):
    site_header = site_title = "基础数据管理"
    index_title = "数据表"

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(
            user.is_authenticated
            and user.is_active
            and user.access.has(Role.OFFICE, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
        )
