"""What was answered a while ago is open to the public; the last answers wait for the office's mark."""

from __future__ import annotations

from suggestions.demo.cast import Cast
from suggestions.demo.play import days
from suggestions.enums import ClockState, LimitKind, Publicity, PublicityWish, SuggestionState
from suggestions.models import Clock, Reply

_TAKES = days(14)
_LATELY = days(60)


def make(cast: Cast) -> None:
    """In bulk, as nobody would look through these days one by one."""
    closed = {"handling__suggestion__state": SuggestionState.CLOSED, "sent_on__lt": cast.today - _LATELY}
    rows = list(
        Reply.objects.sent()
        .filter(**closed)
        .exclude(publicity=Publicity.NONE)
        .exclude(handling__suggestion__publicity_wish=PublicityWish.NONE)
        .select_related("handling")
    )
    for row in rows:
        assert row.sent_on is not None
        row.published_on = row.sent_on + _TAKES
    Reply.objects.bulk_update(rows, ["published_on"])
    marked = {row.handling.suggestion_id for row in rows}
    clocks = list(Clock.objects.running().filter(kind=LimitKind.PUBLISH, suggestion__in=marked))
    for clock in clocks:
        clock.state, clock.stopped_on = ClockState.STOPPED, clock.starts_on + _TAKES
    Clock.objects.bulk_update(clocks, ["state", "stopped_on"])
