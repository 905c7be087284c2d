"""What happens to suggestions when a deputy leaves office or a term ends (换届): they stay with the congress, and go on.

Whose judgement decides follows from the mandates (``suggestions.services.judges``); here it is said in the thread and told to
whoever has it now. At a change of term the units are asked to account in writing for what they have not finished (上海).
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from django.db.models import Q
from django.urls import reverse

from congress.models import Organisation, User
from congress.services import audit
from congress.services.audit import Actor
from congress.services.notices import notify
from deputies.enums import EndReason
from deputies.models import Mandate
from suggestions.enums import OPEN_HANDLING, UNIT_ROLES, CosignState, SuggestionState
from suggestions.models import Handling, Suggestion, SuggestionStep
from suggestions.services import evaluating, judges
from suggestions.services.moves import locked, step
from suggestions.services.proposing import link_to, tell_those_who_run

_CLOSED = "代表资格终止"
_SUSPENDED = "暂停执行代表职务"
_TERM = "换届"


def pass_on(actor: Actor, mandates: Sequence[Mandate], last_day: datetime.date) -> None:
    """Says of each open suggestion of deputies who no longer act who judges it now, and lets it move on where that one has judged
    already. Registered with ``deputies.services.closing``.

    Part of the caller's transaction. Called again it finds everything said, and does nothing.
    """
    ending = {mandate.pk: mandate for mandate in mandates if not judges.in_force(mandate)}
    if not ending:
        return
    signed = Q(cosigners__mandate__in=list(ending), cosigners__state=CosignState.CONFIRMED)
    found = Suggestion.objects.open().exclude(state=SuggestionState.RETURNED).filter(Q(proposer__in=list(ending)) | signed).values("pk")
    rows = list(Suggestion.objects.filter(pk__in=found).order_by("pk"))
    said: list[Suggestion] = []
    for row in rows:
        if _pass_on(actor, locked(row)):
            said.append(row)
    if said and any(mandate.end_reason == EndReason.TERM_ENDED for mandate in ending.values()):
        _ask_units(said, last_day)


def _pass_on(actor: Actor, suggestion: Suggestion) -> bool:
    """False when there is nothing new to say."""
    first = suggestion.proposer
    if judges.in_force(first):
        return False  # a co-signer left; the leading deputy judges as before
    judge = judges.judge_of(suggestion)
    why = _TERM if first.end_reason == EndReason.TERM_ENDED else _SUSPENDED if first.status == "suspended" else _CLOSED
    whose = f"由附议代表{judge.deputy}评价" if judge else "由人大办理机构代为评价、提出处理意见"
    text = f"领衔代表{first.deputy}{why}，这件建议继续办理，{whose}。"
    if why == _TERM:
        text = f"换届，领衔代表{first.deputy}任期届满。这件建议由本级人大继续督办，{whose}。"
    if SuggestionStep.objects.filter(suggestion=suggestion, text=text).exists():
        return False
    step(actor, suggestion, suggestion.state, text)
    audit.record(
        actor, "suggestions.pass_on_judgement", suggestion, changes={"judge": [str(first.deputy), str(judge.deputy) if judge else None]}
    )
    if judge is None:
        tell_those_who_run(suggestion, f"代表离任，请接续办理：{suggestion.title}", f"passed-on-{first.pk}")
    elif judge.deputy.user:
        key = f"suggestion-{suggestion.code}-passed-on-{judge.pk}"
        notify([judge.deputy.user], text=f"请您接续评价：{suggestion.title}"[:200], url=link_to(suggestion), key=key)
    evaluating.follow(actor, suggestion)
    return True


def _ask_units(suggestions: Sequence[Suggestion], last_day: datetime.date) -> None:
    """One notice a unit, however many it has in hand."""
    parts = Handling.objects.filter(suggestion__in=suggestions, state__in=OPEN_HANDLING).values_list("unit", "suggestion__congress")
    counts = Counter(parts)
    units = Organisation.objects.in_bulk([unit for unit, _ in counts])
    for (unit, congress), count in sorted(counts.items()):
        people = User.objects.in_role(*UNIT_ROLES, organisation=units[unit])
        text = f"换届：上届代表的 {count} 件建议还在办理，请继续办理，并向新一届人大书面说明办理情况。"
        notify(people, text=text, url=reverse("suggestions:list"), key=f"term-{congress}-{unit}-{last_day}")
