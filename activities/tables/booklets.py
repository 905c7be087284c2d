"""Shelves of booklets as tables: a district's units, a unit's platforms, a platform's set."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from activities.shelves import Shelf, State, Volume
from congress import charts
from congress.models import Area
from congress.periods import Period
from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date, tag

_TONES = {State.COMPLETE: ("ok", "check"), State.SHORT: ("warn", "half"), State.EMPTY: ("bad", "x"), State.RESERVED: ("", "wait")}
_NAMED = 6  # gaps named in a row; the platform's own page has the rest


@dataclass(frozen=True)
class Unit:
    """A town with its platforms' shelves."""

    area: Area
    shelves: tuple[Shelf, ...]

    @property
    def complete(self) -> int:
        return sum(shelf.complete for shelf in self.shelves)

    @property
    def total(self) -> int:
        return sum(shelf.total for shelf in self.shelves)

    @property
    def share(self) -> Decimal:
        return Decimal(self.complete) / self.total if self.total else Decimal(0)

    @property
    def full(self) -> int:
        """Platforms whose whole set is complete."""
        return sum(bool(shelf.total) and shelf.complete == shelf.total for shelf in self.shelves)


def state_tag(volume: Volume) -> SafeString:
    return tag(*_TONES[volume.state], volume.state.value)


def _bar(complete: int, total: int, least: Decimal) -> SafeString:
    """A bar with its number and the counts behind it."""
    if not total:
        return SafeString('<span class="muted">没有册簿档</span>')
    part = Decimal(complete) / total
    return SafeString(
        f'{charts.share(part, is_low=part < least)}<span class="nowrap">{round(part * 100)}%</span> '
        f'<span class="muted small nowrap">{complete} / {total} 本</span>'
    )


def units_table(units: Iterable[Unit], period: Period) -> SafeString:
    """Towns, those with the smallest share first; what is below the mean is drawn as low."""
    units = list(units)
    complete, total = sum(unit.complete for unit in units), sum(unit.total for unit in units)
    mean = Decimal(complete) / total if total else Decimal(0)
    to_unit = addresses("activities:unit_booklets")
    asked = f"?{urlencode({'period': period.code})}"
    columns: list[Column[Unit]] = [
        Column("镇（街道）", lambda unit: link(to_unit(unit.area.code) + asked, unit.area.name, "strong"), is_heading=True),
        Column("平台", lambda unit: f"{len(unit.shelves)} 个", css="num"),
        Column("完整率", lambda unit: _bar(unit.complete, unit.total, mean), css="share"),
        Column("全部齐全的平台", lambda unit: f"{unit.full} 个", css="num"),
        Column("不全", lambda unit: f"{unit.total - unit.complete} 本", css="num"),
    ]
    return Table("各镇（街道）册簿档", columns).render(units)


def shelves_table(shelves: Iterable[Shelf], period: Period) -> SafeString:
    to_shelf = addresses("activities:bookshelf")
    asked = f"?{urlencode({'period': period.code})}"

    def gaps(shelf: Shelf) -> SafeString | str:
        if not shelf.gaps:
            return tag("ok", "check", "全部齐全")
        named = "、".join(volume.item.short_name for volume in shelf.gaps[:_NAMED])
        return f"{named}{f'等 {len(shelf.gaps)} 本' if len(shelf.gaps) > _NAMED else ''}"

    return Table(
        "各平台册簿档",
        [
            Column("平台", lambda shelf: _name(shelf, to_shelf, asked), is_heading=True),
            Column("完整率", lambda shelf: _bar(shelf.complete, shelf.total, Decimal("0.6")), css="share"),
            Column("不全的", gaps),
            Column("最近记录", lambda shelf: cn_date(shelf.last) or "没有", css="nowrap"),
        ],
    ).render(shelves)


def _name(shelf: Shelf, to_shelf: Callable[[object], str], asked: str) -> SafeString:
    name = link(to_shelf(shelf.platform.code) + asked, shelf.platform.name, "strong")
    return SafeString(f'{name}<br><span class="muted small">{escape(shelf.name)}</span>')


def volumes_table(shelf: Shelf, volumes: Iterable[Volume], period: Period, *, may_read: bool, token: str) -> SafeString:
    """A platform's set. ``token`` is the form token of the print buttons; without it nothing is printed from here."""
    code = shelf.platform.code
    several = len({volume.item.standard_id for volume in shelf.volumes}) > 1
    asked = f"?{urlencode({'period': period.code})}"

    def title(volume: Volume) -> SafeString:
        url = reverse("activities:volume", args=[code, volume.item.code]) + asked
        name = link(url, volume.booklet.title, "strong") if may_read and not volume.is_reserved else escape(volume.booklet.title)
        below = f'<br><span class="muted small">{escape(volume.item.standard.name)}</span>' if several else ""
        return SafeString(f"{name}{below}")

    def printing(volume: Volume) -> SafeString:
        if not token or volume.is_reserved:
            return SafeString("")
        url = reverse("activities:print_volume", args=[code, volume.item.code])
        return SafeString(
            f'<form method="post" action="{escape(url)}" data-once>{token}<input type="hidden" name="period" value="{period.code}">'
            f'<button class="btn" type="submit">打印<span class="sr">{escape(volume.booklet.title)}</span></button></form>'
        )

    columns = [
        Column("名称", title, is_heading=True),
        Column("状态", state_tag, is_labelled=False),
        Column("记录", lambda volume: volume.kept),
        Column("应有", lambda volume: f"{volume.needed} 条" if volume.collects else "—", css="num"),
        Column("缺什么", lambda volume: volume.missing or "—"),
    ]
    if token:
        columns.append(Column("打印", printing, is_labelled=False))
    return Table(shelf.name, columns).render(volumes)
