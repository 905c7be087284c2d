"""Which suggestions are whose, and whose names may be known."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from congress.enums import CongressLevel, Role
from suggestions.enums import ANSWERING, OVER, UNIT_ROLES, ClockState, LimitKind, Publicity, PublicityWish, SuggestionState
from suggestions.querysets.filtering import searching

if TYPE_CHECKING:
    from congress.models import User
    from congress.periods import Period
    from suggestions.models import Suggestion

# What others than its authors know of: everything that was handed in, also when it was taken back later.
_HANDED_IN = ~Q(state=SuggestionState.DRAFT) & ~Q(state=SuggestionState.WITHDRAWN, submitted_at=None)
_ANSWERED = (SuggestionState.REPLIED, SuggestionState.REHANDLING, SuggestionState.CONVENED, SuggestionState.CLOSED)
# What fellow deputies read: what was accepted.
_ACCEPTED = Q(accepted_on__isnull=False)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: User) -> Self:
        """A deputy her own, those she is asked to sign along, and what her congress accepted; the congress's staff what was
        handed in; district staff and a town's staff also what their deputies propose elsewhere; the dispatcher what was
        accepted, a unit what it has or had in hand.
        """
        from congress.models import Congress
        from deputies.models import Mandate

        access = user.access
        if not access.roles:
            return self.none()
        every = self.model._default_manager.order_by()
        if access.is_district_staff:
            # Told by the state alone, so that counting the years' closed ones reads one index; her own drafts are few.
            return self.filter(_HANDED_IN | Q(pk__in=every.filter(_own(user)).exclude(_HANDED_IN).values("pk")))
        seen = Q(pk__in=every.filter(_own(user)).values("pk"))  # gathered once, and not asked again of each
        for path in access.area_paths(Role.TOWN_OFFICE):
            seen |= _HANDED_IN & (Q(congress__area__path__startswith=path) | Q(proposer__area__path__startswith=path))
        if access.has(Role.DEPUTY):
            # Its own look-up, and no join: a congress has hundreds of seats, and each would stand for every suggestion. Denied
            # twice, because by the congress's index a page of the newest would first gather all that it ever accepted.
            seats = Mandate.objects.filter(deputy__user=user).values("term__congress")
            seen |= _ACCEPTED & ~Q(~Q(congress__in=seats))
        if areas := access.area_ids(Role.DISPATCHER):
            seen |= _ACCEPTED & Q(congress__in=Congress.objects.filter(area__in=areas).values("pk"))
        if units := access.organisation_ids(*UNIT_ROLES):
            seen |= _handled_by(units)
        return self.filter(seen)

    def run_by(self, user: User) -> Self:
        """Those of the congresses that the person's organ answers for: the district's office, a town's presidium (代表法 art. 51)."""
        return self.filter(_run(user))

    def assignable_by(self, user: User) -> Self:
        """Accepted ones that the person may give to units."""
        found = _run(user)
        if areas := user.access.area_ids(Role.DISPATCHER):
            found |= Q(congress__area__in=areas)
        return self.filter(found, state=SuggestionState.ACCEPTED)

    def given_out_by(self, user: User) -> Self:
        """Those that the person's organ runs, or, once accepted, dispatches."""
        found = _run(user)
        if areas := user.access.area_ids(Role.DISPATCHER):
            found |= _ACCEPTED & Q(congress__area__in=areas)
        return self.filter(found)

    def named_to(self, user: User) -> Self:
        """Those whose deputies' names the person may know: a deputy can ask that only the organ that runs the matter and the
        units that handle it know hers.
        """
        return self.filter(Q(withholds_identity=False) | _near(user))

    def near_to(self, user: User) -> Self:
        """Those she proposed or signed, runs or handles; what is kept from others is not kept from her."""
        return self.filter(_near(user))

    def proposed_by(self, user: User) -> Self:
        """Those she leads or signed along, and those she typed for a deputy."""
        return self.filter(_own(user))

    def matching(self, words: str) -> Self:
        return self.filter(searching(words))

    def of_level(self, level: CongressLevel) -> Self:
        return self.filter(congress__level=level)

    def within(self, period: Period) -> Self:
        """Accepted in the period."""
        return self.filter(accepted_on__range=(period.start, period.end))

    def open(self) -> Self:
        """Handed in and not done with."""
        under_way = [state for state in SuggestionState if state not in OVER and state != SuggestionState.DRAFT]
        return self.filter(state__in=under_way)

    def due_between(self, first: datetime.date | None, last: datetime.date) -> Self:
        """Those with a running clock that presses and ends from ``first`` (or ever) to ``last``."""
        from suggestions.models import Clock

        clocks = Clock.objects.pressing().filter(due_on__lte=last)
        if first is not None:
            clocks = clocks.filter(due_on__gte=first)
        return self.filter(pk__in=clocks.values("suggestion"))

    def with_due_on(self) -> Self:
        """Annotates ``due_on``: the nearest day of a running clock that presses, or None."""
        from suggestions.models import Clock

        nearest = Clock.objects.pressing().filter(suggestion=models.OuterRef("pk")).order_by("due_on")
        return self.annotate(due_on=models.Subquery(nearest.values("due_on")[:1]))

    def with_judgement(self) -> Self:
        """Annotates ``judge_by``, the day by which the deputies are to judge the replies (None where no limit runs), and
        ``judge_reminders``, how often they were reminded of it.
        """
        from suggestions.models import Clock, Reminder

        open_clocks = Clock.objects.filter(suggestion=models.OuterRef("pk"), kind=LimitKind.EVALUATE).exclude(state=ClockState.STOPPED)
        sent = Reminder.objects.filter(clock__suggestion=models.OuterRef("pk"), clock__kind=LimitKind.EVALUATE)
        open_ones = sent.exclude(clock__state=ClockState.STOPPED).order_by().values("clock__suggestion")
        counted = open_ones.annotate(n=models.Count("pk")).values("n")
        return self.annotate(
            judge_by=models.Subquery(open_clocks.order_by("due_on").values("due_on")[:1]),
            judge_reminders=Coalesce(models.Subquery(counted, output_field=models.IntegerField()), 0),
        )

    def published(self) -> Self:
        """What everybody may read: an answer was marked as public, and the deputy does not mind."""
        from suggestions.models import Reply

        marked = Reply.objects.sent().filter(published_on__isnull=False).exclude(publicity=Publicity.NONE)
        return self.filter(pk__in=marked.values("handling__suggestion")).exclude(publicity_wish=PublicityWish.NONE)

    def to_publish(self) -> Self:
        """Answered, and waiting for the mark that it may be read by everybody."""
        from suggestions.models import Reply

        unmarked = Reply.objects.sent().filter(published_on=None, handling__role__in=ANSWERING).exclude(publicity=Publicity.NONE)
        later = Reply.objects.sent().filter(handling=models.OuterRef("handling"), round__gt=models.OuterRef("round"))
        rows = self.filter(pk__in=unmarked.exclude(models.Exists(later)).values("handling__suggestion"))
        return rows.filter(state__in=_ANSWERED).exclude(publicity_wish=PublicityWish.NONE)

    def with_replies(self) -> Self:
        """With what tells who judges what: cosigners, rules, and each unit's sent replies (``sent_replies``) with their
        evaluations. Five more queries.
        """
        from suggestions.models import Cosigner, Handling, Reply

        sent = Reply.objects.sent().select_related("reply_class").prefetch_related("evaluations").order_by("round")
        handlings = Handling.objects.select_related("unit").prefetch_related(models.Prefetch("replies", sent, to_attr="sent_replies"))
        signed = Cosigner.objects.select_related("mandate__deputy", "mandate__area")
        related = self.select_related("congress__suggestion_rules", "proposer__deputy")
        return related.prefetch_related(models.Prefetch("cosigners", signed), models.Prefetch("handlings", handlings.order_by("pk")))


def _own(user: User) -> Q:
    """Without a join: it stands beside other conditions, and would be made for every suggestion there is."""
    from deputies.models import Mandate
    from suggestions.models import Cosigner

    seats = Mandate.objects.filter(deputy__user=user).values("pk")
    signed = Cosigner.objects.filter(mandate__in=seats).values("suggestion")
    return Q(proposer__in=seats) | Q(created_by=user) | Q(pk__in=signed)


def _near(user: User) -> Q:
    near = _own(user) | _run(user)
    if units := user.access.organisation_ids(*UNIT_ROLES):
        near |= _handled_by(units)
    return near


def _run(user: User) -> Q:
    access = user.access
    found = Q(congress__level=CongressLevel.TOWN, congress__area__in=access.area_ids(Role.TOWN_OFFICE))
    return found | ~Q(congress__level=CongressLevel.TOWN) if access.is_office else found


def _handled_by(units: frozenset[int]) -> Q:
    """Asked row by row: a unit's list of what is under way must not gather all that it ever handled."""
    from suggestions.models import Handling

    return Q(Exists(Handling.objects.filter(suggestion=OuterRef("pk"), unit__in=units)))
