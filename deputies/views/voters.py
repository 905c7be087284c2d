"""Deputies with their fixed voters, the second of the two liaisons (双联系), and voters who wait for a successor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.enums import Role
from congress.errors import DomainError
from congress.models import User
from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date
from congress.views.areas import home_units
from deputies import filters
from deputies.enums import MandateStatus
from deputies.forms.fields import show_refusal
from deputies.forms.liaisons import SuccessorForm, VoterForm
from deputies.models import Deputy, Mandate, VoterContact, VoterLiaison
from deputies.resources.voters import VoterLiaisonResource
from deputies.services import handover, privacy
from deputies.services import liaisons as service
from deputies.tables.contacts import shortened
from deputies.views.liaisons import STATES, cut, mark


@require_safe
def voter_counts(request: HttpRequest) -> HttpResponse:
    """Each deputy in office with how many fixed voters she has and when she last met voters. No voter is named here."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "area", *filters.WHO, "q")}
    today = timezone.localdate()
    in_force = Q(voter_liaisons__starts_on__lte=today) & (Q(voter_liaisons__ends_on=None) | Q(voter_liaisons__ends_on__gte=today))
    last = VoterContact.objects.filter(deputies=OuterRef("pk")).order_by("-at", "-pk")
    deputies = Deputy.objects.in_care_of(request.user).serving()
    deputies = filters.narrowed(deputies, {**asked, "status": MandateStatus.ACTIVE.value})
    if asked["q"]:
        deputies = deputies.matching(asked["q"], request.user)
    rows = list(
        deputies.annotate(
            voters=Count("voter_liaisons", filter=in_force, distinct=True),
            last_at=Subquery(last.values("at")[:1]),
            heard=Subquery(last.values("text")[:1]),
        )
        .order_by("code")
        .values_list("pk", "code", "name", "position", "voters", "last_at", "heard", named=True)
    )
    rule = service.rule()

    def of(state: str) -> list[Any]:
        return cut(rows, state, lambda row: row.voters, lambda row: row.last_at, rule.least_voters, rule.most_voters)

    page = listing.page_of(request, of(asked["state"]))
    context = {
        "page": page,
        "table": _voters_table(rule, _led_to(request.user)).render(page.object_list),
        "asked": asked,
        "filtered": any(asked.values()),
        "tabs": [(key, label, len(of(key))) for key, label in STATES],
        "units": home_units(request),
        **filters.choices(request.user),
        "may_import": may(request.user, VoterLiaisonResource.import_rule),
        "may_export": may(request.user, VoterLiaisonResource.export_rule),
        "rule": rule,
        "waiting": VoterLiaison.objects.visible_to(request.user).filter(awaits_successor=True).count(),
        "may_hand_over": _hands_over(request),
    }
    response = render(request, "deputies/liaisons/voters.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _led_to(user: User) -> frozenset[str] | None:
    """Codes of the deputies whose voters the person may look at; None for all of those listed. One query for leaders."""
    if user.access.is_office or not user.access.is_district_staff:
        return None
    return frozenset(Deputy.objects.whose_voters_are_kept_by(user).values_list("code", flat=True))


def _voters_table(rule: Any, led_to: frozenset[str] | None) -> Table[Any]:
    to_voters, to_deputy = addresses("deputies:voters"), addresses("deputies:detail")

    def name(row: Any) -> SafeString:
        address = to_voters(row.code) if led_to is None or row.code in led_to else to_deputy(row.code)
        return SafeString(f'{link(address, row.name, "strong")}<br><span class="muted small">{escape(row.code)}</span>')

    return Table(
        "代表联系选民",
        [
            Column("代表", name, is_heading=True),
            Column("单位及职务", lambda row: row.position or "未登记"),
            Column("固定联系选民", lambda row: mark(row.voters, rule.least_voters, rule.most_voters), css="nowrap"),
            Column("最近联系选民", lambda row: cn_date(row.last_at) or "没有记录", css="nowrap"),
            Column("选民说了什么", lambda row: shortened(row.heard or ""), css="wide"),
        ],
    )


def _hands_over(request: HttpRequest) -> bool:
    return request.user.access.is_office or bool(request.user.access.area_ids(Role.TOWN_OFFICE))


def _voters_of(request: HttpRequest, code: str) -> Deputy:
    deputies = Deputy.objects.visible_to(request.user).prefetch_related(Prefetch("mandates", Mandate.objects.select_related("area")))
    deputy = get_object_or_404(deputies, code=code)
    if not (may(request.user, "deputies.manage_voters", deputy) or request.user.access.is_office):
        raise PermissionDenied
    return deputy


@require_http_methods(["GET", "HEAD", "POST"])
def voters(request: HttpRequest, code: str) -> HttpResponse:
    """A deputy's fixed voters, masked; a posted form adds one."""
    deputy = _voters_of(request, code)
    may_manage = may(request.user, "deputies.manage_voters", deputy)
    if request.method == "POST" and not may_manage:
        raise PermissionDenied
    form = VoterForm(request.POST or None, deputy=deputy)
    if request.method == "POST" and form.is_valid():
        try:
            service.add_voter(actor=request.user, deputy=deputy, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已登记一名固定联系选民。")
            return redirect("deputies:voters", code)
    return _voters_page(request, deputy, form)


def _voters_page(
    request: HttpRequest, deputy: Deputy, form: VoterForm | None = None, opened: dict[int, privacy.Person] | None = None
) -> HttpResponse:
    rows = list(
        VoterLiaison.objects.visible_to(request.user)
        .in_force()
        .filter(deputy=deputy)
        .select_related("electoral_district", "handed_from__deputy")
        .order_by("starts_on", "pk")
    )
    rule = service.rule()
    may_manage = may(request.user, "deputies.manage_voters", deputy)
    context = {
        "deputy": deputy,
        "rows": [(row, (opened or {}).get(row.pk) or privacy.masked(row), row.pk in (opened or {})) for row in rows],
        "mark": mark(len(rows), rule.least_voters, rule.most_voters),
        "rule": rule,
        "may_manage": may_manage,
        "may_open": may(request.user, "deputies.open_liaison_voter", deputy),
        "form": (form or VoterForm(deputy=deputy))
        if may_manage and any(row.status == MandateStatus.ACTIVE for row in deputy.mandates.all())
        else None,
    }
    return render(request, "deputies/liaisons/deputy.html", context, status=422 if form and form.errors else 200)


def _voter(request: HttpRequest, rows: QuerySet[VoterLiaison]) -> VoterLiaison | None:
    """The one the form means. None, and a message, when it is on the list no more."""
    asked = request.POST.get("voter", "")
    found = rows.filter(pk=int(asked)).first() if asked.isdecimal() else None
    if found is None:
        messages.error(request, "没有找到这名选民，名单可能刚有变动。请重新选择。")
    return found


def _in_force(request: HttpRequest, deputy: Deputy) -> QuerySet[VoterLiaison]:
    return VoterLiaison.objects.visible_to(request.user).in_force().filter(deputy=deputy).select_related("deputy")


@require_POST
def open_voter(request: HttpRequest, code: str) -> HttpResponse:
    """One voter in full, on this page only; the opening is in the audit trail."""
    deputy = _voters_of(request, code)
    if not may(request.user, "deputies.open_liaison_voter", deputy):
        raise PermissionDenied
    row = _voter(request, _in_force(request, deputy))
    if row is None:
        return redirect("deputies:voters", code)
    opened = {row.pk: privacy.open_liaison_voter(actor=request.user, liaison=row)}
    response = _voters_page(request, deputy, opened=opened)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def end_voter(request: HttpRequest, code: str) -> HttpResponse:
    deputy = _voters_of(request, code)
    if not may(request.user, "deputies.manage_voters", deputy):
        raise PermissionDenied
    row = _voter(request, _in_force(request, deputy))
    if row is not None:
        service.end_voter(actor=request.user, liaison=row)
        messages.success(request, "已结束与这名选民的固定联系。")
    return redirect("deputies:voters", code)


@require_http_methods(["GET", "HEAD", "POST"])
def waiting(request: HttpRequest) -> HttpResponse:
    """Voters whose deputy's mandate ended and who have no successor yet, masked; a posted form gives one to a deputy."""
    if not _hands_over(request):
        raise PermissionDenied
    seen = VoterLiaison.objects.visible_to(request.user).select_related(
        "deputy", "electoral_district__area", "electoral_district__term__congress"
    )
    rows = seen.filter(awaits_successor=True).order_by("electoral_district__code", "deputy__code", "pk")
    asked = request.POST.get("voter", "")
    form = SuccessorForm(request.POST or None)
    offered = form.fields["deputy"].offer(Deputy.objects.in_care_of(request.user).serving(), "deputies-offered")
    if request.method == "POST":
        row = get_object_or_404(seen, pk=int(asked) if asked.isdecimal() else None)
        if form.is_valid():
            try:
                given = handover.hand_over(actor=request.user, liaison=row, to=_seat_for(row, form.cleaned_data["deputy"]))
            except DomainError as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, f"已移交给{given.deputy}。")
                return redirect("deputies:waiting_voters")
    page = listing.page_of(request, rows)
    context = {
        "page": page,
        "rows": [(row, privacy.masked(row)) for row in page.object_list],
        "form": form,
        "asked": asked,
        "offered": offered,
        "may_manage": may(request.user, "deputies.change_term"),
    }
    response = render(request, "deputies/liaisons/waiting.html", context, status=422 if form.errors else 200)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _seat_for(row: VoterLiaison, deputy: Deputy) -> Mandate:
    """The deputy's seat in the same congress as the voter's old deputy."""
    seats = deputy.mandates.serving().select_related("term__congress__area", "deputy", "electoral_district")
    if row.electoral_district:
        seats = seats.filter(term__congress=row.electoral_district.term.congress_id)
    seat = seats.order_by("term__congress__level", "-term__number").first()
    if seat is None:
        raise DomainError(f"{deputy}不是同一级人民代表大会的在任代表，不能接手。请另选一名。")
    return seat
