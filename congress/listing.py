"""List pages, all in the same way: a hundred rows a page, and the number of rows told in a header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

PER_PAGE = 100
MOST_COUNTED = 5_000  # of a list that nobody has filtered; who turns its fiftieth page looks for something


class LongPaginator(Paginator):
    """For rows that grow with the years and are not filtered: counted up to ``MOST_COUNTED``, and no further paged."""

    @cached_property
    def count(self) -> int:
        return cast("QuerySet", self.object_list).order_by()[:MOST_COUNTED].count()

    @property
    def has_more(self) -> bool:
        return self.count == MOST_COUNTED


def page_of(request: HttpRequest, rows: QuerySet | Sequence, per_page: int = PER_PAGE, count: int | None = None) -> Page:
    """The page asked for by ``page``; a number out of range or not a number gives the nearest page.

    ``count`` saves a query where the number of rows is known.
    """
    paginator = Paginator(rows, per_page)
    if count is not None:
        paginator.count = count
    return paginator.get_page(request.GET.get("page"))


def page_of_values(request: HttpRequest, rows: QuerySet, fields: Sequence[str], per_page: int = PER_PAGE) -> Page:
    """The same with named values in place of records.

    The rows are counted, and those of the page found, by their keys alone; only then is each joined with what it shows, so
    that no filter is evaluated a third time. Neither ``fields`` nor the order may name an annotation.
    """
    page = page_of(request, rows, per_page)
    keys = cast("QuerySet", page.object_list).values("pk")  # a slice of rows
    shown = rows.model._base_manager.filter(pk__in=keys)
    if rows.query.order_by:
        shown = shown.order_by(*rows.query.order_by)
    page.object_list = list(shown.values_list(*fields, named=True))
    return page


def render_list(
    request: HttpRequest, template: str, rows: QuerySet | Sequence, context: dict[str, Any] | None = None, *, per_page: int = PER_PAGE
) -> HttpResponse:
    """Renders ``template`` with ``page``. ``X-Total-Count`` is the number of rows after filters (a stable contract)."""
    page = page_of(request, rows, per_page)
    response = render(request, template, {**(context or {}), "page": page})
    response["X-Total-Count"] = str(page.paginator.count)
    return response
