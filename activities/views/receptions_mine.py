"""A deputy's own turns on the phone: swapping them, and when she can and cannot. Town staff see the wishes of their deputies."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.enums import ReceptionState, SwapState
from activities.forms.receptions import SwapForm, WishForm
from activities.models import ReceptionDuty, ReceptionWish, SwapRequest
from activities.querysets.receptions import of_own_towns
from activities.services import receptions, receptions_swaps
from activities.services.rota_rules import AWAY, MUST, Board
from activities.tables.receptions import state_tag
from activities.views.receptions import found_day
from congress import listing
from congress.access import may
from congress.errors import DomainError
from deputies.forms.fields import show_refusal
from deputies.models import Deputy, Mandate

_METHODS = ["GET", "HEAD", "POST"]
_ANSWERS = {"agree": receptions_swaps.agree, "refuse": receptions_swaps.refuse, "withdraw": receptions_swaps.withdraw}
_SAID = {"agree": "已同意换班，这次由您值班。", "refuse": "已回复不能换班。", "withdraw": "已撤回换班请求。"}


def _me(request: HttpRequest) -> Deputy | None:
    return Deputy.objects.filter(user=request.user).first() if request.user.access.roles else None


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    me = _me(request)
    if me is None:
        raise PermissionDenied
    today = timezone.localdate()
    rows = ReceptionDuty.objects.filter(deputy=me).exclude(day__state=ReceptionState.CANCELLED).select_related("day__platform__unit")
    coming = rows.filter(day__on__gte=today).exclude(day__state=ReceptionState.HELD).order_by("day__on")
    asked = {swap.duty_id: swap for swap in SwapRequest.objects.waiting().filter(duty__deputy=me).select_related("to")}
    to_me = SwapRequest.objects.waiting().filter(to=me, duty__day__on__gt=today)
    done = rows.filter(Q(day__on__lt=today) | Q(day__state=ReceptionState.HELD)).order_by("-day__on")
    page = listing.page_of(request, done, 20)
    context = {
        "coming": [
            (duty, state_tag(duty.day.state), asked.get(duty.pk), duty.day.on > today and duty.pk not in asked, duty.day.on == today)
            for duty in coming
        ],
        "to_me": list(to_me.select_related("duty__deputy", "duty__day__platform").order_by("duty__day__on")),
        "page": page,
        "done": [(duty, state_tag(duty.day.state)) for duty in page.object_list],
        "wishes": list(ReceptionWish.objects.filter(deputy=me, ends_on__gte=today)),
    }
    return render(request, "activities/receptions/mine.html", context)


@require_http_methods(_METHODS)
def ask_swap(request: HttpRequest, code: str) -> HttpResponse:
    """Who could take one's turn of that day: those of the town who can stand there."""
    day = found_day(request, code)
    duty = next((duty for duty in day.duties.all() if duty.deputy.user_id == request.user.pk), None)
    if duty is None or not may(request.user, "activities.swap_duty", duty):
        raise PermissionDenied
    if day.on <= timezone.localdate() or day.state not in (ReceptionState.PLANNED, ReceptionState.ANNOUNCED):
        raise DomainError(f"{day}已到或已结束，不能换班。请直接与镇（街道）人大联系。")
    held = [row.deputy_id for row in day.duties.all()]
    others = [pk for pk in held if pk != duty.deputy_id]
    board, slot = receptions.board_of(day, held)
    free = [
        (each.code, each.name)
        for pk, each in board.town.candidates.items()
        if pk not in held and not _hindered(board, slot, [*others, pk], each.name)
    ]
    form = SwapForm(request.POST or None, choices=sorted(free, key=lambda choice: (choice[1], choice[0])))
    if request.method == "POST" and form.is_valid():
        to = Deputy.objects.select_related("user").get(code=form.cleaned_data["to"])
        try:
            receptions_swaps.ask(actor=request.user, duty=duty, to=to, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(
                request, f"已请{to.name}代班，对方同意后会通知您。" + ("" if to.user else "对方还没有账号，请另外打电话告知。")
            )
            return redirect("activities:my_receptions")
    return render(request, "activities/receptions/swap.html", {"form": form, "day": day}, status=422 if form.errors else 200)


def _hindered(board: Board, slot: object, deputies: list[int], name: str) -> bool:
    tried = Board(board.town, {slot.key: deputies})  # type: ignore[attr-defined]
    return any(each.rule in (*MUST, AWAY) and each.text.startswith(name) for each in tried.broken(slot))  # type: ignore[arg-type]


@require_POST
def answer_swap(request: HttpRequest, code: str, deputy: str, answer: str) -> HttpResponse:
    """Agrees to, declines or takes back the request that ``deputy`` made for that day."""
    if answer not in _ANSWERS:
        raise Http404("没有这一步")
    rows = SwapRequest.objects.visible_to(request.user).filter(duty__day__code=code).select_related("duty__deputy", "to")
    # Once answered, the turn may be another's already; the newest request then says what became of it.
    swap = rows.filter(state=SwapState.ASKED, duty__deputy__code=deputy).order_by("-pk").first() or rows.order_by("-pk").first()
    if swap is None:
        raise Http404("没有这次换班")
    _ANSWERS[answer](actor=request.user, swap=swap)
    messages.success(request, _SAID[answer])
    return redirect("activities:my_receptions")


@require_http_methods(_METHODS)
def wishes(request: HttpRequest) -> HttpResponse:
    """One's own wishes, or with ``deputy`` those of a deputy in one's care; without it staff see all of theirs."""
    deputy = _whose(request)
    if deputy is None and not may(request.user, "activities.schedule_receptions"):
        raise PermissionDenied
    form = WishForm(request.POST if request.method == "POST" and "take_back" not in request.POST else None)
    if request.method == "POST":
        if "take_back" in request.POST:
            rows = ReceptionWish.objects.visible_to(request.user).select_related("deputy")
            number = request.POST["take_back"]
            found = get_object_or_404(rows, pk=number if number.isdigit() else 0)
            receptions_swaps.take_back(actor=request.user, wish=found)
            messages.success(request, "已删去。")
            return redirect(_back(request))
        if deputy is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                receptions_swaps.wish(actor=request.user, deputy=deputy, **form.cleaned_data)
            except DomainError as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, "已记下，下次排班会照顾。已经排定的值班不变，需要时请换班。")
                return redirect(_back(request))
    rows = ReceptionWish.objects.visible_to(request.user).filter(ends_on__gte=timezone.localdate()).select_related("deputy")
    if deputy:
        rows = rows.filter(deputy=deputy)
    page = listing.page_of(request, rows.order_by("starts_on", "pk"))
    context = {
        "form": form,
        "deputy": deputy,
        "is_me": deputy is not None and deputy.user_id == request.user.pk,
        "page": page,
        "deputies": [] if deputy and deputy.user_id == request.user.pk else _in_care(request),
    }
    return render(request, "activities/receptions/wishes.html", context, status=422 if form.errors else 200)


def _whose(request: HttpRequest) -> Deputy | None:
    if code := request.GET.get("deputy", ""):
        rows = Deputy.objects.visible_to(request.user).prefetch_related("mandates__area")
        deputy = get_object_or_404(rows, code=code)
        if not may(request.user, "activities.wish_for", deputy):
            raise PermissionDenied
        return deputy
    return None if may(request.user, "activities.schedule_receptions") else _me(request)


def _in_care(request: HttpRequest) -> list[tuple[str, str]]:
    """Deputies in office whose wishes the person may enter."""
    rows = Mandate.objects.serving()
    if not request.user.access.is_office:
        rows = rows.filter(of_own_towns(request.user, "area__path"))
    return list(Deputy.objects.filter(pk__in=rows.values("deputy")).order_by("name", "code").values_list("code", "name"))


def _back(request: HttpRequest) -> str:
    asked = {"deputy": request.GET["deputy"]} if request.GET.get("deputy") else {}
    return f"{reverse('activities:reception_wishes')}{'?' if asked else ''}{urlencode(asked)}"
