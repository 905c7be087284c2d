"""The product's addresses, and beside them Django's own admin as it comes, to compare with."""

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.urls import include, path

from congress.models import Area, Notification, Organisation
from congress.urls import handler400, handler403, handler404, handler500  # noqa: F401  what Django looks for in the root
from deputies.models import Deputy
from platforms.models import Platform, Rectification


class StockSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)


class PlatformAdmin(ModelAdmin):
    list_display = ["code", "name", "is_demonstration", "is_specialty", "unit", "kind", "opening_hours", "contact_name"]
    list_filter = ["unit", "kind", "is_demonstration", "is_specialty"]
    list_select_related = ["unit"]
    search_fields = ["name", "code", "address", "host_company"]


class DeputyAdmin(ModelAdmin):
    list_display = ["code", "name", "sex", "born_on", "nationality", "education", "party", "position", "phone"]
    list_filter = ["sex", "nationality"]
    search_fields = ["name", "code", "position"]


class RectificationAdmin(ModelAdmin):
    list_display = ["code", "problem", "area", "platform", "item", "due_on", "state"]
    list_filter = ["state", "area"]
    list_select_related = ["area", "platform", "item"]
    search_fields = ["problem", "code"]


class AreaAdmin(ModelAdmin):
    list_display = ["code", "name", "kind", "parent", "is_active"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]


class OrganisationAdmin(ModelAdmin):
    list_display = ["code", "name", "kind", "area", "phone", "address", "is_active"]
    list_filter = ["kind"]
    list_select_related = ["area"]
    search_fields = ["name", "code"]


class NotificationAdmin(ModelAdmin):
    list_display = ["created_at", "text", "read_at"]


stock = StockSite("stock")
for _model, _options in (
    *((Platform, PlatformAdmin), (Deputy, DeputyAdmin), (Rectification, RectificationAdmin)),
    *((Area, AreaAdmin), (Organisation, OrganisationAdmin), (Notification, NotificationAdmin)),
):
    stock.register(_model, _options)

urlpatterns = [path("stock/", stock.urls), path("", include("congress.urls"))]
