"""Signing in with the phone: the code on the screen, and the page it leads to."""

from __future__ import annotations

import io

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from activities.models import Activity, Participation
from activities.services import activities_sign_in as service
from activities.services.activities import current_rule, to_activity, when
from activities.views.activities import METHODS, found, run
from congress.errors import DomainError

_SEEN = "activity_codes"  # in the browser's session: which activity's good code it saw, and when
_STALE = "二维码已经更换，没有签上。请回到会场，重新扫描屏幕上的二维码；转发的照片和截图不能签到。"


@never_cache
@require_safe
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """The projector page. Asked by htmx every few seconds, only the part that changes."""
    activity = run(request, code)
    seconds = current_rule().code_seconds
    closed = service.why_closed(activity)
    context = {
        "activity": activity,
        "when": when(activity),
        "seconds": seconds,
        "refresh": max(3, seconds // 6),
        "closed": closed,
        "code": "" if closed else _drawing(service.address_now(activity)),
        "tally": service.tally(activity),
        "latest": Participation.objects.present().filter(activity=activity).select_related("deputy").order_by("-signed_in_at")[:6],
    }
    template = "activities/activities/_screen.html" if request.htmx else "activities/activities/screen.html"
    return render(request, template, context)


def _drawing(address: str) -> SafeString:
    target = io.BytesIO()
    segno.make(address, error="m", micro=False).save(target, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=3)
    return SafeString(target.getvalue().decode().strip())  # SECURITY: made of our own address, nothing in it was typed


# SECURITY: open to those not signed in only to remember that this browser saw a good code, and to send it to the sign-in page.
@login_not_required
@never_cache
@require_http_methods(METHODS)
def sign_in(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Where the code leads. The page sends itself where scripts run, and has one button where they don't.

    A browser that saw a good code has ten minutes to sign in to the account and press it: its session remembers, so that
    an address sent on to another phone is worth nothing once the code has changed.
    """
    activity = Activity.objects.select_related("organiser").filter(code=code).first()
    good = activity is not None and (service.is_good(activity, key) or _saw(request, code))
    if good:
        request.session[_SEEN] = {code: int(timezone.now().timestamp())} if not _saw(request, code) else request.session[_SEEN]
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), reverse("account_login"))
    if activity is None or not good:
        return _refuse(request, activity, _STALE)
    if request.method == "POST":
        try:
            first = service.scan(actor=request.user, activity=activity)
        except DomainError as refusal:
            return _refuse(request, activity, str(refusal))
        if not first:
            messages.info(request, "您已经签到过，不用再签。")
        return redirect("activities:signed_in", code)
    context = {"activity": activity, "when": when(activity)}
    return render(request, "activities/activities/sign_in.html", context)


def _saw(request: HttpRequest, code: str) -> bool:
    at = request.session.get(_SEEN, {}).get(code, 0)
    return timezone.now().timestamp() - at < service.GRACE.total_seconds()


def _refuse(request: HttpRequest, activity: Activity | None, sentence: str) -> HttpResponse:
    # SECURITY: a stranger to the activity learns its name from the hall's screen only.
    return render(request, "activities/activities/sign_in_refused.html", {"sentence": sentence}, status=409)


@require_safe
def signed_in(request: HttpRequest, code: str) -> HttpResponse:
    """What a deputy shows at the door."""
    activity = found(request, code)
    row = get_object_or_404(Participation.objects.of(request.user).present().select_related("deputy"), activity=activity)
    return render(request, "activities/activities/signed_in.html", {"activity": activity, "row": row, "back": to_activity(activity)})
