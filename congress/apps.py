from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CongressConfig(AppConfig):
    name = "congress"
    verbose_name = "基础数据与账号"


class StaffAdminConfig(AdminConfig):
    """Django's own admin, dressed in the product's tokens and opened by our roles instead of ``is_staff``."""

    default_site = "congress.admin_site.StaffAdminSite"
