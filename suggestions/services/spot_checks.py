"""Spot checks (质量抽查): which replies of the year are looked at by hand, and how good each is."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from congress.errors import DomainError
from congress.models import Congress, User
from congress.periods import Period
from congress.services import audit
from suggestions.enums import ReplyState
from suggestions.models import Reply, SpotCheck, SpotCheckDraw
from suggestions.querysets import verdicts
from suggestions.services.moves import locked, require

MOST = 50
_LIMIT = 20  # letters of a seed


@transaction.atomic
def draw(*, actor: User, congress: Congress, year: int, until: datetime.date, per_unit: int, seed: str) -> SpotCheckDraw:
    """Says how the year's sample is drawn; ``sample`` draws it. The same again writes nothing.

    Raises PermissionDenied, and DomainError for a day outside the year or to come, an empty seed, or a sample of another size
    once replies of the first were scored: what was begun is brought to its end.
    """
    require(actor, "suggestions.appraise_units")
    Congress.objects.select_for_update().get(pk=congress.pk)  # two at once: the second changes the first's
    seed = seed.strip()[:_LIMIT]
    if not seed:
        raise DomainError("请填写抽样号，任意几个数字即可，如当场抛出的骰子点数。")
    if not 1 <= per_unit <= MOST:
        raise DomainError(f"每个单位抽取的件数应为1至{MOST}。")
    if until.year != year or until > timezone.localdate():
        raise DomainError(f"答复截至日期应在{year}年内，且不晚于今天。")
    known = SpotCheckDraw.objects.filter(congress=congress, year=year).first()
    after = {"until": until, "per_unit": per_unit, "seed": seed}
    changes = audit.difference({name: getattr(known, name) for name in after} if known else {}, after)
    if known and not changes:
        return known
    if known and SpotCheck.objects.filter(reply__in=[reply.pk for reply in sample(known)]).exists():
        raise DomainError("本年的抽查已经开始评分，不能重新抽样。")
    row, _ = SpotCheckDraw.objects.update_or_create(
        congress=congress, year=year, defaults={**after, "drawn_by": actor, "drawn_on": timezone.localdate()}
    )
    audit.record(actor, "suggestions.draw_spot_checks", row, changes=changes, ref=str(year))
    return row


def sample(drawn: SpotCheckDraw) -> list[Reply]:
    """The replies drawn, by unit. Each reply has a place by a hash of seed and key; of each unit the first ones are taken.

    The same four numbers give the same replies, in any order of the rows and on any machine: what was sent until that day stays.
    One query.
    """
    sent = verdicts.first_replies(Period.span(datetime.date(drawn.year, 1, 1), drawn.until)).filter(
        handling__suggestion__congress=drawn.congress_id
    )
    rows = sent.select_related("handling__unit", "handling__suggestion", "reply_class").order_by("handling__unit__code", "pk")
    taken: list[Reply] = []
    for _, replies in _by_unit(rows).items():
        taken += sorted(sorted(replies, key=lambda reply: _place(drawn.seed, reply))[: drawn.per_unit], key=lambda reply: reply.pk)
    return taken


@transaction.atomic
def score(*, actor: User, reply: Reply, score: int, note: str = "") -> SpotCheck:
    """Scores a sent reply's quality, 0 to 100; again it changes the score. Raises PermissionDenied and DomainError."""
    require(actor, "suggestions.supervise_suggestion")
    locked(reply.handling.suggestion)
    if reply.state != ReplyState.SENT:
        raise DomainError("只能抽查已经发出的答复。")
    if not 0 <= score <= 100:
        raise DomainError("质量评分应为0至100分。")
    note = note.strip()[:200]
    known = SpotCheck.objects.filter(reply=reply).first()
    if known and (known.score, known.note) == (score, note):
        return known
    row, _ = SpotCheck.objects.update_or_create(
        reply=reply, defaults={"score": score, "note": note, "checked_by": actor, "checked_on": timezone.localdate()}
    )
    audit.record(actor, "suggestions.spot_check", reply.handling.suggestion, changes={"score": [known.score if known else None, score]})
    return row


def _by_unit(rows: Iterable[Reply]) -> Mapping[int, list[Reply]]:
    units: dict[int, list[Reply]] = {}
    for reply in rows:
        units.setdefault(reply.handling.unit_id, []).append(reply)
    return units


def _place(seed: str, reply: Reply) -> str:
    return hashlib.sha256(f"{seed}/{reply.handling.suggestion.code}/{reply.handling.unit.code}".encode()).hexdigest()
