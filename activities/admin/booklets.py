"""What each booklet collects, in the staff admin."""

from __future__ import annotations

from django.contrib import admin

from activities.forms.booklets import BookletForm
from activities.models import Booklet
from congress.admin.base import AuditedAdmin


@admin.register(Booklet)
class BookletAdmin(AuditedAdmin):
    rule = "activities.manage_booklets"
    form = BookletForm
    list_display = ["title", "item_code", "sources", "least"]
    search_fields = ["title", "item_code"]
