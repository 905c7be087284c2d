"""What voters see of a duty report without an account: their slip, and the page on the projector."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from congress.errors import DomainError
from deputies.enums import BallotGrade, BallotMethod, DutyReportState
from deputies.forms.duty_reports import BallotForm
from deputies.models import DutyReportMeeting
from deputies.services import ballots, duty_reports
from deputies.services.ballots import SlipRefused
from deputies.views.duty_reports import shown


# SECURITY: exempt, because the slip's own code is what gives the right to vote, and no session stands behind it that another
# site could ride on. So a phone that refuses cookies can vote too.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, token: str) -> HttpResponse:
    """A voter's slip. Looking at it uses nothing up."""
    try:
        meeting = ballots.slip_of(token).meeting
        form = BallotForm(request.POST if request.method == "POST" else None, counted=ballots.results(meeting))
        if request.method == "POST" and form.is_valid():
            ballots.cast(token=token, choices=form.choices())
            return redirect("deputies:ballot_thanks")
    except SlipRefused as refusal:
        return render(request, "deputies/duty_reports/ballot_refused.html", {"sentence": str(refusal)}, status=refusal.status)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
    context = {"form": form, "meeting": meeting, "parts": form.parts()}
    return render(request, "deputies/duty_reports/ballot.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "deputies/duty_reports/ballot_thanks.html")


@never_cache
@require_safe
def screen(request: HttpRequest, code: str) -> HttpResponse:
    """The projector page for somebody signed in."""
    return _screen(request, get_object_or_404(_meetings().visible_to(request.user), code=code))


@login_not_required
@never_cache
@require_safe
def open_screen(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The projector page by its secret address, on a computer of the village's where nobody signs in."""
    meeting = _meetings().filter(code=code).first()
    if meeting is None or not constant_time_compare(key, duty_reports.screen_key(meeting)):
        raise Http404("没有这个投影页面")
    return _screen(request, meeting)


def _meetings():
    return DutyReportMeeting.objects.select_related("electoral_district__area")


def _screen(request: HttpRequest, meeting: DutyReportMeeting) -> HttpResponse:
    """Asked by htmx, only the part that changes. SECURITY: before the announcement it tells how many voted, and nothing of what."""
    told = meeting.state == DutyReportState.ANNOUNCED
    is_scan = meeting.method == BallotMethod.SCAN
    issued, used = ballots.slip_counts(meeting) if is_scan else (0, 0)
    counted = ballots.results(meeting) if told else []
    names = "、".join(meeting.reports.order_by("pk").values_list("mandate__deputy__name", flat=True))
    context = {
        "meeting": meeting,
        "told": told,
        "is_scan": is_scan,
        "open_now": ballots.is_open(meeting),
        "issued": issued,
        "used": used,
        "names": names,
        "results": [shown(each) for each in counted],
        "grades": [grade.label for grade in BallotGrade],
    }
    template = "deputies/duty_reports/_screen.html" if request.htmx else "deputies/duty_reports/screen.html"
    return render(request, template, context)
