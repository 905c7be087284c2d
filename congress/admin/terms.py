"""Congresses, their terms and sessions."""

from django.contrib import admin

from congress.admin.base import AuditedAdmin
from congress.models import Congress, Session, Term


@admin.register(Congress)
class CongressAdmin(AuditedAdmin):
    rule = "congress.manage_master_data"
    list_display = ["name", "level", "area", "document_issuer", "help_phone"]
    list_filter = ["level"]
    list_select_related = ["area"]
    search_fields = ["name", "short_name"]
    autocomplete_fields = ["area"]


@admin.register(Term)
class TermAdmin(AuditedAdmin):
    rule = "congress.manage_master_data"
    list_display = ["__str__", "starts_on", "ends_on"]
    list_filter = ["congress__level"]
    list_select_related = ["congress"]
    search_fields = ["congress__name", "congress__short_name", "number"]
    autocomplete_fields = ["congress"]


@admin.register(Session)
class SessionAdmin(AuditedAdmin):
    rule = "congress.manage_master_data"
    list_display = ["__str__", "starts_on", "ends_on"]
    list_select_related = ["term__congress"]
    search_fields = ["term__congress__name", "number"]
    autocomplete_fields = ["term"]
