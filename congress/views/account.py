"""One's own things: account, notices, and how the pages look."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from congress import listing
from congress.context import frame_of
from congress.forms import SignInForm
from congress.models import Notification
from congress.services import notices as notice_services

YEAR = 365 * 24 * 3600
LOOKS = {"mode": {"elder"}, "theme": {"dark", "light"}}


def back_to(request: HttpRequest, address: str) -> HttpResponse:
    """Redirects to an address of our own; anything else leads home."""
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(address if safe else "home")


class SignInView(LoginView):
    """allauth's sign-in, which remembers the account (never the password) on this device when asked to."""

    def get_initial(self) -> dict[str, Any]:
        remembered = self.request.COOKIES.get("account", "")
        return {**super().get_initial(), "login": remembered, "own": bool(remembered)}

    def form_valid(self, form: SignInForm) -> HttpResponse:
        response = super().form_valid(form)
        if form.cleaned_data["own"]:
            response.set_cookie(
                "account",
                form.cleaned_data["login"],
                max_age=YEAR,
                httponly=True,
                samesite="Lax",
                secure=self.request.is_secure(),
                path=self.request.path,
            )
        else:
            response.delete_cookie("account", path=self.request.path, samesite="Lax")
        return response


@login_not_required
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """Elder mode and theme without script: remembers the choice in a cookie for a year and returns to the page."""
    response = back_to(request, request.POST.get("next", ""))
    for key, known in LOOKS.items():
        if key in request.POST:
            value = request.POST[key]
            if value in known:
                response.set_cookie(key, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
            else:
                response.delete_cookie(key, samesite="Lax")
    return response


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def seal(request: HttpRequest) -> HttpResponse:
    """The favicon: the congress's own character on its red."""
    return render(request, "components/seal.svg", {"character": frame_of(request).seal}, content_type="image/svg+xml")


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    grants = request.user.grants.in_force().select_related("organisation")
    return render(request, "account/me.html", {"grants": grants})


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    rows = Notification.objects.visible_to(request.user)
    return listing.render_list(request, "account/notices.html", rows, {"unread": rows.unread().count()})


@require_safe
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a notice read and goes where it points."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    notice_services.mark_read(user=request.user, notices=[notice])
    return back_to(request, notice.url) if notice.url else redirect("notices")


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Marks all notices read."""
    count = notice_services.mark_read(user=request.user)
    messages.success(request, f"已将 {count} 条通知标为已读。" if count else "没有未读的通知。")
    return redirect("notices")
