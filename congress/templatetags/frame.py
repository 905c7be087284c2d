"""What every template may use without loading: icons, states, fields, pages, dates and numbers."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms import BoundField
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from congress import panels as registry

register = template.Library()

WEEKDAYS = "一二三四五六日"
# Widgets that are not a single box of text: they keep their own looks.
_BARE = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)


@cache
def _sprite() -> str:
    return static("img/icons.svg")


@register.simple_tag
def icon(name: str) -> SafeString:
    """One drawing of static/img/icons.svg; it says nothing to a screen reader, so a word stands beside it."""
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', _sprite(), name)


@register.simple_tag
def tag(tone: str, name: str, word: Any) -> SafeString:
    """A state: colour, icon and word. ``tone`` is ok, info, warn, bad, key, honour or "" for a quiet grey."""
    return format_html('<span class="tag{}">{}{}</span>', f" tag--{tone}" if tone else "", icon(name), word)


@register.simple_tag(takes_context=True)
def panels(context: template.RequestContext, page: str, subject: Any = None) -> list[str]:
    """The fragments other apps add to a page: ``{% panels "platform" platform as added %}``."""
    request: HttpRequest = context["request"]
    return [SafeString(fragment) for fragment in registry.render(page, request, subject)]


@register.filter
def score(value: Any) -> str:
    """A score as official papers print it: 96.5, 90, 0; nothing for None."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value)).normalize()
    return f"{number:f}" if number else "0"


@register.filter
def total(value: Any) -> str:
    """A score in a column of totals or means, with one decimal at least, so that the points stand under each other: 94.0, 86.76."""
    shown = score(value)
    return f"{shown}.0" if shown and "." not in shown else shown


@register.filter
def signed(value: Any) -> str:
    """A change with its sign in full width: ＋2.5, −1, 0; nothing for None."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value))
    return f"＋{score(number)}" if number > 0 else f"−{score(-number)}" if number < 0 else "0"


@register.filter
def cn_date(value: datetime.date | None, form: str = "") -> str:
    """2026年9月30日; with "short" 9月30日, with "weekday" 2026年9月30日 星期三; nothing for None."""
    if not value:
        return ""
    day = timezone.localtime(value).date() if isinstance(value, datetime.datetime) else value
    if form == "short":
        return f"{day.month}月{day.day}日"
    text = f"{day.year}年{day.month}月{day.day}日"
    return f"{text} 星期{WEEKDAYS[day.weekday()]}" if form == "weekday" else text


@register.filter
def cn_time(value: datetime.datetime | None) -> str:
    """2026年9月30日 14:32 in Beijing time; nothing for None."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{cn_date(local.date())} {local:%H:%M}"


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, label: str | None = None, hint: str | None = None, look: str = "", optional: bool = True) -> dict[str, Any]:
    """A form field with label, hint and error. What was typed stays in it.

    ``look`` "seg" turns radio buttons into a row of buttons. ``optional=False`` leaves 选填 out where it would repeat
    on every line.
    """
    widget = bound.field.widget
    hint = str(bound.help_text) if hint is None else hint
    described = [f"{bound.auto_id}_hint"] * bool(hint) + [f"{bound.auto_id}_error"] * bool(bound.errors)
    attrs: dict[str, str | bool] = {} if isinstance(widget, _BARE) else {"class": f"input {widget.attrs.get('class', '')}".strip()}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "field": bound,
        "label": bound.label if label is None else label,
        "hint": hint,
        "widget": bound.as_widget(attrs=attrs),
        "is_check": isinstance(widget, forms.CheckboxInput),
        "is_group": isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)),
        "is_seg": look == "seg",
        "optional": optional and not bound.field.required,
    }


@register.inclusion_tag("components/pages.html", takes_context=True)
def page_nav(context: template.RequestContext, page: Page, unit: str = "条") -> dict[str, Any]:
    """第 1–100 条，共 230 条, and the way to the other pages; every other query parameter is kept."""
    return {
        "request": context["request"],
        "page": page,
        "unit": unit,
        "numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
        "gap": page.paginator.ELLIPSIS,
    }
