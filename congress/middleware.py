"""Two middlewares: where a request came from, and refusals as sentences."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from congress.enums import Outcome
from congress.errors import DomainError
from congress.services import audit

Handler = Callable[[HttpRequest], HttpResponse]


class OriginMiddleware:
    """Tells the audit trail the address and terminal of the current request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # SECURITY: REMOTE_ADDR only. The proxy in docker-compose rewrites it; a client's own X-Forwarded-For is not believed.
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
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return render(request, "errors/refused.html", {"sentence": str(exception)}, status=409)
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
            audit.record(
                request.user, "congress.access", outcome=Outcome.REFUSED, reason=f"{request.method} {request.path}", ref=request.path
            )
        return None
