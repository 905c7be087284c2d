"""Three middlewares: the client behind a proxy, where a request came from, and refusals as sentences."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from congress.enums import Outcome
from congress.errors import DomainError
from congress.services import audit

Handler = Callable[[HttpRequest], HttpResponse]


class ProxyMiddleware:
    """Gives REMOTE_ADDR the client's address, as the proxy in front tells it. Installed only with BEHIND_PROXY.

    SECURITY: the last entry of X-Forwarded-For is the proxy's own word; those before it are the client's and may be
    invented. Believed only because nothing but the proxy can reach this server then (docs/operations.md).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.pop("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if told:
            request.META["REMOTE_ADDR"] = told
        return self.get_response(request)


class OriginMiddleware:
    """Tells the audit trail the address and terminal of the current request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # SECURITY: REMOTE_ADDR only; a client's own X-Forwarded-For is not believed.
        token = audit.origin.set(audit.Origin(request.META.get("REMOTE_ADDR"), request.headers.get("User-Agent", "")))
        try:
            return self.get_response(request)
        finally:
            audit.origin.reset(token)


class RefusalMiddleware:
    """Shows a ``DomainError`` as its sentence with status 409, and writes a refused access into the audit trail."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.htmx and not request.user.is_authenticated and response.status_code == 302:  # type: ignore[attr-defined]
            return say(request, "登录已超时，刚才的操作没有办理，内容仍在本页。", 401, login=True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            if request.htmx:  # type: ignore[attr-defined]
                return say(request, str(exception), 409)
            back = request.headers.get("Referer", "")
            back = back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else ""
            return render(request, "errors/refused.html", {"sentence": str(exception), "back": back}, status=409)
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
            audit.record(
                request.user, "congress.access", outcome=Outcome.REFUSED, reason=f"{request.method} {request.path}", ref=request.path
            )
        return None


def say(request: HttpRequest, sentence: str, status: int, *, login: bool = False) -> HttpResponse:
    """A refusal for htmx: the sentence goes to the page's #says, and the page keeps what was typed."""
    response = render(request, "components/says.html", {"sentence": sentence, "login": login}, status=status)
    response["HX-Retarget"] = "#says"
    response["HX-Reswap"] = "innerHTML"
    return response
