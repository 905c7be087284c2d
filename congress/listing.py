"""List pages, all in the same way: a hundred rows a page, and the number of rows told in a header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PER_PAGE = 100


def page_of(request: HttpRequest, rows: QuerySet | Sequence, per_page: int = PER_PAGE) -> Page:
    """The page asked for by ``page``; a number out of range or not a number gives the nearest page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))


def page_of_values(request: HttpRequest, rows: QuerySet, fields: Sequence[str], per_page: int = PER_PAGE) -> Page:
    """The same with named values in place of records.

    The rows are counted, and those of the page found, by their keys alone; only then is each read with what it shows, so that
    no filter is evaluated a third time. ``fields`` holds "pk" and no annotation.
    """
    page = page_of(request, rows, per_page)
    keys = list(cast("QuerySet", page.object_list).values_list("pk", flat=True))  # of a slice of rows
    shown = {row.pk: row for row in rows.model._base_manager.filter(pk__in=keys).values_list(*fields, named=True)}
    page.object_list = [shown[key] for key in keys if key in shown]
    return page


def render_list(
    request: HttpRequest, template: str, rows: QuerySet | Sequence, context: dict[str, Any] | None = None, *, per_page: int = PER_PAGE
) -> HttpResponse:
    """Renders ``template`` with ``page``. ``X-Total-Count`` is the number of rows after filters (a stable contract)."""
    page = page_of(request, rows, per_page)
    response = render(request, template, {**(context or {}), "page": page})
    response["X-Total-Count"] = str(page.paginator.count)
    return response
