"""Reception days and rotas as tables, made per page."""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString

from activities.enums import ReceptionState, RotaState, SwapState
from activities.models import ReceptionDay, Rota
from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import WEEKDAYS, tag
from congress.workdays import Calendar

_TONES = {
    ReceptionState.PLANNED: ("", "wait"),
    ReceptionState.ANNOUNCED: ("info", "flag"),
    ReceptionState.HELD: ("ok", "check"),
    ReceptionState.CANCELLED: ("", "x"),
}
_ROTAS = {
    RotaState.WAITING: ("", "wait"),
    RotaState.DRAWING: ("info", "run"),
    RotaState.READY: ("warn", "eye"),
    RotaState.FAILED: ("bad", "late"),
    RotaState.ADOPTED: ("ok", "check"),
}
_SWAPS = {
    SwapState.ASKED: ("warn", "wait"),
    SwapState.AGREED: ("ok", "check"),
    SwapState.REFUSED: ("", "x"),
    SwapState.WITHDRAWN: ("", "undo"),
}


def state_tag(state: str) -> SafeString:
    return tag(*_TONES[ReceptionState(state)], ReceptionState(state).label)


def rota_tag(state: str) -> SafeString:
    return tag(*_ROTAS[RotaState(state)], RotaState(state).label)


def swap_tag(state: str) -> SafeString:
    return tag(*_SWAPS[SwapState(state)], SwapState(state).label)


def days_table(calendar: Calendar) -> Table[ReceptionDay]:
    """Rows come with platform and unit, ``duties__deputy`` and ``visitors``, the count of records."""
    to_day, to_platform = addresses("activities:reception"), addresses("platforms:detail")

    def when(day: ReceptionDay) -> SafeString:
        words = f"{day.on.year}年{day.on.month}月{day.on.day}日 星期{WEEKDAYS[day.on.weekday()]}"
        notes = [f"{day.starts_at:%H:%M}—{day.ends_at:%H:%M}"]
        if day.moved_because:
            notes.append(day.moved_because)
        if day.state in (ReceptionState.PLANNED, ReceptionState.ANNOUNCED) and calendar.is_workday(day.on).provisional:
            notes.append("节假日安排未公布，暂定")
        return SafeString(f'{link(to_day(day.code), words, "strong")}<br><span class="muted small">{escape("；".join(notes))}</span>')

    def where(day: ReceptionDay) -> SafeString:
        return SafeString(
            f'{link(to_platform(day.platform.code), day.platform.name)}<br><span class="muted small">{escape(day.platform.unit.name)}</span>'
        )

    def who(day: ReceptionDay) -> SafeString | str:
        return "、".join(duty.deputy.name for duty in day.duties.all()) or tag("warn", "alert", "没有值班代表")

    def state(day: ReceptionDay) -> SafeString:
        return state_tag(day.state)

    def came(day: ReceptionDay) -> str:
        return str(day.visitors) if day.state == ReceptionState.HELD or day.visitors else "—"  # type: ignore[attr-defined]

    return Table(
        "接待选民日",
        [
            Column("日期", when, is_heading=True),
            Column("平台", where),
            Column("值班代表", who, css="wide"),
            Column("状态", state),
            Column("来访记录", came, css="num"),
        ],
    )


def rotas_table() -> Table[Rota]:
    """Rows come with made_by."""
    to_rota = addresses("activities:rota")

    def name(rota: Rota) -> SafeString:
        return SafeString(
            f'{link(to_rota(rota.code), rota, "strong")}<br><span class="muted small">{escape(rota.code)} · {escape(rota.made_by.name)}</span>'
        )

    return Table(
        "排班",
        [
            Column("排班", name, is_heading=True),
            Column("平台", lambda rota: f"{rota.total} 个", css="num"),
            Column("没有满足的要求", lambda rota: f"{len(rota.unmet)} 处", css="num"),
            Column("状态", lambda rota: rota_tag(rota.state), css="gap"),
        ],
    )
