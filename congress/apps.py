from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CongressConfig(AppConfig):
    name = "congress"
    verbose_name = "基础数据与账号"

    def ready(self) -> None:
        from congress import sign_ins  # noqa: F401 — connects the audit rows of signing in
        from congress.imports import kinds
        from congress.resources import AreaResource, OrganisationResource

        kinds.register(AreaResource)
        kinds.register(OrganisationResource)


class StaffAdminConfig(AdminConfig):
    """Django's own admin, dressed in the product's tokens and opened by our roles instead of ``is_staff``."""

    default_site = "congress.admin_site.StaffAdminSite"
