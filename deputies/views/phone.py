"""What makes 记一笔 work without a signal: the manifest, the worker, the form without a person, and a fresh token."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from congress.access import may
from congress.context import frame_of
from deputies import icons
from deputies.enums import Channel

_OWN_FILES = re.compile(r'(?:href|src)="([^"#]+)')


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """Lets a phone keep the form beside its other apps."""
    name = frame_of(request).short_name
    start = reverse("deputies:new_contact")
    told = {
        "name": f"{name}代表",
        "short_name": f"{name}代表"[:12],
        "lang": "zh-CN",
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#9c1c1f",
        "icons": [{"src": reverse("seal"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}, *_icons()],
        "shortcuts": [{"name": "记一笔", "url": start}],
    }
    return JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def _icons() -> list[dict[str, str]]:
    drawn = [(192, "any"), (512, "any"), (512, "maskable")]
    return [
        {"src": reverse("deputies:icon", args=[size]), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in drawn
    ]


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def icon(request: HttpRequest, size: int) -> HttpResponse:
    """What stands on a phone's home screen."""
    if size not in icons.SIZES:
        raise Http404
    return HttpResponse(icons.draw(frame_of(request).seal, size), content_type="image/png")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """static/js/worker.js, told which files the form needs; a change of any of them makes it a new worker."""
    page = _shell(request)
    source = _worker_source()
    files = sorted({found for found in _OWN_FILES.findall(page) if found.startswith(settings.STATIC_URL)} | {reverse("seal")})
    version = hashlib.sha256("\n".join([page, source, *files]).encode()).hexdigest()[:12]
    told = {"version": version, "shell": reverse("deputies:offline"), "form": reverse("deputies:new_contact"), "files": files}
    response = HttpResponse(f"const TOLD = {json.dumps(told)};\n{source}", content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/"
    return response


@lru_cache(maxsize=1)
def _worker_source() -> str:
    return (settings.BASE_DIR / "static" / "js" / "worker.js").read_text(encoding="utf-8")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """The form without a person, which the worker keeps: nothing on it tells who uses the phone."""
    return HttpResponse(_shell(request))


def _shell(request: HttpRequest) -> str:
    # SECURITY: rendered without the request, so that neither the account nor its mode or theme can get into a cache.
    own = frame_of(request)
    frame = {"product": own.product, "short_name": own.short_name, "congress": own.congress}
    return render_to_string("deputies/contacts/offline.html", {"frame": frame, "channels": Channel.choices})


@never_cache
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Whose session it is, and a token to post with: a page kept on a phone knows neither."""
    if not may(request.user, "deputies.record_contact"):
        return JsonResponse({"user": ""})
    return JsonResponse({"user": str(request.user.pk), "token": get_token(request)})
