"""What this app tells in a deputy's dossier (履职档案): activities, trainings and materials, receptions, what she said at forums;
and the duties asked of her (三个一). Each section asks the database once or twice for however many deputies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities.duties import Reckoning, Scope
from activities.enums import ActivityKind, DutyState, DutySubject, ReceptionState
from activities.models import Activity, DutyRule, ForumItem, Participation, Reading, ReceptionDuty
from activities.querysets.activities import moments
from activities.querysets.training import is_training
from congress.charts import plain
from congress.periods import Period
from congress.tables import addresses
from deputies import dossier
from deputies import enums as deputies_enums
from deputies.dossier import Duty, Fulfilment, Line, Section

_KINDS = dict(ActivityKind.choices)
_MOST = 120  # letters of what was said; the record itself has all of it
_STATES = {
    DutyState.MET: deputies_enums.DutyState.MET,
    DutyState.EXCEEDED: deputies_enums.DutyState.MET,
    DutyState.MISSED: deputies_enums.DutyState.SHORT,
    DutyState.ON_COURSE: deputies_enums.DutyState.OPEN,
    DutyState.AT_RISK: deputies_enums.DutyState.OPEN,
}


def _by_deputy(lines: Iterable[tuple[int, Line]]) -> Mapping[int, Sequence[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for deputy, line in lines:
        found[deputy].append(line)
    return found


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def _list(name: str, **fixed: str) -> Callable[[str, Period], str]:
    """The address of a list of a deputy's records; ``fixed`` names as what her code is asked, and what else is asked."""

    def address(code: str, period: Period) -> str:
        asked = {word: value.replace("CODE", code) for word, value in fixed.items()}
        return f"{reverse(name)}?{urlencode({**asked, 'period': period.code})}"

    return address


def _present(deputy_ids: Collection[int], period: Period, *, in_training: bool) -> Iterable[tuple[int, Line]]:
    """A line for every activity she was at, with the hours that trainings tell."""
    held = Activity.objects.took_place().within(period).order_by()
    held = held.filter(is_training()) if in_training else held.exclude(is_training())
    rows = Participation.objects.present().filter(deputy__in=deputy_ids, activity__in=held.values("pk")).order_by()
    to = addresses("activities:activity")
    fields = ("deputy", "spoke", *(f"activity__{name}" for name in ("code", "title", "kind", "starts_at", "place", "hours")))
    for row in rows.values_list(*fields, named=True):
        spoke = f"发言：{_shortened(row.spoke)}" if row.spoke else ""
        hours = f"{plain(row.activity__hours)}学时" if in_training and row.activity__hours else ""
        text = f"{_KINDS[row.activity__kind]}，{row.activity__title}，{row.activity__place}。{spoke}"
        yield row.deputy, Line(timezone.localdate(row.activity__starts_at), text, to(row.activity__code), hours)


def activities(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    return _by_deputy(_present(deputy_ids, period, in_training=False))


def training(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    """Trainings she was at, and materials read whose hours count. Two queries."""
    start, end = moments(period)
    read = Reading.objects.credited().filter(deputy__in=deputy_ids, read_at__gte=start, read_at__lt=end).order_by()
    to = addresses("activities:material")
    materials = (
        (deputy, Line(timezone.localdate(at), f"学习资料《{title}》", to(code), f"{plain(hours)}学时" if hours else ""))
        for deputy, at, title, code, hours in read.values_list("deputy", "read_at", "material__title", "material__code", "material__hours")
    )
    return _by_deputy([*_present(deputy_ids, period, in_training=True), *materials])


def receptions(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    to = addresses("activities:reception")
    rows = ReceptionDuty.objects.present().filter(deputy__in=deputy_ids, day__on__range=(period.start, period.end)).order_by()
    return _by_deputy(
        (deputy, Line(on, f"在{platform}接待选民", to(code)))
        for deputy, on, code, platform in rows.values_list("deputy", "day__on", "day__code", "day__platform__name")
    )


def forums(deputy_ids: Collection[int], period: Period) -> Mapping[int, Sequence[Line]]:
    """What she reflected at forums held in the period, and what came of it."""
    to = addresses("activities:forum_item")
    rows = ForumItem.objects.filter(deputy__in=deputy_ids, forum__held_on__range=(period.start, period.end)).order_by()
    words = {None: "待反馈", True: "已采纳", False: "未采纳"}
    return _by_deputy(
        (deputy, Line(on, f"在“{topic}”民情反映会上反映：{_shortened(text)}", to(code), words[is_adopted]))
        for deputy, on, topic, text, code, is_adopted in rows.values_list(
            "deputy", "forum__held_on", "forum__topic", "text", "code", "is_adopted"
        )
    )


def duties(deputy_ids: Collection[int], period: Period) -> Sequence[Duty]:
    """The rules that ask deputies, as they stood on the period's last day or today; one entry for each window of a rule."""
    rules = DutyRule.objects.held_in(period).filter(subject=DutySubject.DEPUTY)
    rows = Reckoning(period, scope=Scope((), frozenset(deputy_ids))).rows(rules)
    found: dict[str, Duty] = {}
    for row in rows:
        if row.state == DutyState.NO_DATA or row.value is None:
            continue
        unit = next((figure.unit for figure, _ in row.counted), "")
        family = f"{row.rule.family}：" if row.rule.family else ""
        key = f"{row.rule.code}-{row.window.code}"
        duty = found.setdefault(key, Duty(key, f"{family}{row.rule.name}", unit, {}))
        assert isinstance(duty.fulfilments, dict)  # made above
        duty.fulfilments[row.subject.pk] = Fulfilment(
            row.value, row.rule.minimum, _STATES[DutyState(row.state)], row.window.label, row.url if row.value else ""
        )
    return list(found.values())


def register() -> None:
    """Called once, when the app is ready."""
    for section in (
        Section("activities", "参加代表活动", 200, activities, "次", _list("activities:list", present="CODE", took="place")),
        Section("training", "学习培训", 300, training, "次"),
        Section(
            "receptions",
            "接待选民",
            400,
            receptions,
            "次",
            _list("activities:receptions", deputy="CODE", present="1", state=ReceptionState.HELD.value),
        ),
        Section("forums", "民情反映会", 450, forums, "件"),
    ):
        dossier.register(section)
    dossier.register_duties("activities", duties)
