"""What this app counts: standards met, and platforms with a mark. Each figure answers for all subjects at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.figures import among
from congress.models import Area
from congress.periods import Period
from platforms import links
from platforms.enums import CheckState
from platforms.models import Bulletin, Platform, StandardCheck
from platforms.standing import tallies

_VALUES = {CheckState.MET: Decimal(1), CheckState.PARTLY: Decimal("0.5")}


def standard_item(ids: Iterable[int], period: Period, argument: str) -> Mapping[int, Decimal]:
    """1 where the item of that code is met, 0.5 where it is partly there. As it stands now: checks keep no history."""
    wanted = set(ids)
    checks = StandardCheck.objects.current().filter(item__code=argument, state__in=_VALUES).order_by()
    rows = among(checks, "platform_id", wanted).values_list("platform_id", "state")
    return {platform: _VALUES[CheckState(state)] for platform, state in rows if platform in wanted}


def standard_share(ids: Iterable[int], period: Period, argument: str) -> Mapping[int, Decimal]:
    """The share of the platform's applicable items that is met; ``argument`` names standards by key, joined by "|"."""
    return {platform: tally.share for platform, tally in tallies(ids, _keys(argument)).items()}


def gaps(ids: Iterable[int], period: Period, argument: str) -> Mapping[int, Decimal]:
    """How many applicable items are not met, those partly there included."""
    return {platform: Decimal(tally.gaps) for platform, tally in tallies(ids, _keys(argument)).items()}


def specialty_count(ids: Iterable[int], period: Period, argument: str) -> Mapping[int, Decimal]:
    return _marked(ids, is_specialty=True)


def demonstration_count(ids: Iterable[int], period: Period, argument: str) -> Mapping[int, Decimal]:
    return _marked(ids, is_demonstration=True)


def round_score(ids: Iterable[int], period: Period, argument: str) -> Mapping[int, Decimal]:
    """The areas' published scores of the quarter, as the latest version of its bulletin has them. Two queries."""
    bulletin = Bulletin.objects.filter(round__code=period.code).order_by("-version").first()
    if bulletin is None:
        return {}
    scores = {area["code"]: Decimal(str(area["score"])) for area in bulletin.results["areas"]}
    wanted = set(ids)
    found = among(Area.objects.order_by().filter(code__in=list(scores)), "pk", wanted).values_list("pk", "code")
    return {pk: scores[code] for pk, code in found if pk in wanted}


def _marked(ids: Iterable[int], **mark: bool) -> Mapping[int, Decimal]:
    wanted = set(ids)
    platforms = among(Platform.objects.active().filter(**mark).order_by(), "unit_id", wanted)
    return {unit: Decimal(number) for unit, number in platforms.values_list("unit_id").annotate(number=Count("pk")) if unit in wanted}


def _keys(argument: str) -> list[str]:
    return [key for key in argument.split("|") if key]


def _platform_page(code: str, period: Period, argument: str) -> str:
    return reverse("platforms:detail", args=[code]) + "#standing"


def _check_page(code: str, period: Period, argument: str) -> str:
    return reverse("platforms:check", args=[code, argument])


def _list(mark: str) -> Callable[[str, Period, str], str]:
    return lambda code, period, argument: f"{reverse('platforms:list')}?{urlencode({'unit': code, mark: '1'})}"


def _area_result(code: str, period: Period, argument: str) -> str:
    return links.to_area(period.code, code)


def register() -> None:
    """Called once, when the app is ready."""
    for figure in (
        figures.Figure("platforms.standard_item", "标准项目达标", "项", "platform", standard_item, _check_page),
        figures.Figure("platforms.standard_share", "标准达标率", "", "platform", standard_share, _platform_page),
        figures.Figure("platforms.gaps", "未达标项目", "项", "platform", gaps, _platform_page),
        figures.Figure("platforms.specialty_count", "特色平台", "个", "area", specialty_count, _list("specialty")),
        figures.Figure("platforms.demonstration_count", "示范平台", "个", "area", demonstration_count, _list("demonstration")),
        figures.Figure("platforms.round_score", "季度考评得分", "分", "area", round_score, _area_result),
    ):
        figures.register(figure)
