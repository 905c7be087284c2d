from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CongressConfig(AppConfig):
    name = "congress"
    verbose_name = "基础数据与账号"

    def ready(self) -> None:
        from congress import audit_actions, audit_words, master_data, sign_ins  # noqa: F401 — sign_ins connects its audit rows
        from congress.imports import kinds
        from congress.resources import AreaResource, OrganisationResource

        kinds.register(AreaResource)
        kinds.register(OrganisationResource)
        audit_actions.register(audit_words.WORDS)
        master_data.register()


class StaffAdminConfig(AdminConfig):
    """Django's own admin, dressed in the product's tokens and opened by our roles instead of ``is_staff``."""

    default_site = "congress.admin_site.StaffAdminSite"
