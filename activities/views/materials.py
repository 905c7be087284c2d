"""Materials to read, with a short test: the list, the reading page, one's own learning, publishing."""

from __future__ import annotations

import hashlib
import uuid
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.forms.training import MaterialForm
from activities.models import MaterialFile, Reading, TrainingBatch, TrainingMaterial
from activities.services import materials as services
from activities.services import training
from activities.views.training import earned
from congress import listing
from congress.access import may
from congress.errors import DomainError
from congress.periods import Period
from congress.views import stored
from deputies.forms.fields import show_refusal

_METHODS = ["GET", "HEAD", "POST"]
_SHOWN = 5


@require_safe
def material_list(request: HttpRequest) -> HttpResponse:
    """``?batch=``, ``?q=`` and, for a deputy, ``?read=`` (yes or no) narrow the list."""
    asked = {name: request.GET.get(name, "").strip() for name in ("batch", "read", "q")}
    rows = TrainingMaterial.objects.visible_to(request.user)
    deputy = services.learner(request.user)
    if asked["batch"]:
        rows = rows.filter(batch__code=asked["batch"])
    for word in asked["q"].split():
        rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(code__iexact=word))
    if deputy is not None:
        learned = Reading.objects.credited().filter(deputy=deputy, material=OuterRef("pk"))
        if asked["read"] == "yes":
            rows = rows.filter(Exists(learned))
        elif asked["read"] == "no":
            rows = rows.filter(pk__in=TrainingMaterial.objects.meant_for(deputy).values("pk")).exclude(Exists(learned))
        rows = rows.annotate(is_learned=Exists(learned))
    rows = rows.annotate(learners=Count("readings", distinct=True), asks=Count("questions", distinct=True)).select_related("batch")
    batch = TrainingBatch.objects.visible_to(request.user).filter(code=asked["batch"]).first() if asked["batch"] else None
    context = {
        "asked": asked,
        "filtered": any(asked.values()),
        "batch": batch,
        "deputy": deputy,
        "today": timezone.localdate(),
        "may_publish": may(request.user, "activities.plan_training"),
    }
    return listing.render_list(request, "activities/training/materials.html", rows.order_by("-published_on", "-pk"), context)


def _found(request: HttpRequest, code: str) -> TrainingMaterial:
    rows = TrainingMaterial.objects.visible_to(request.user).select_related("batch__area", "batch__organiser__area")
    return get_object_or_404(rows, code=code)


def _managed(request: HttpRequest, code: str) -> TrainingMaterial:
    material = _found(request, code)
    if not may(request.user, "activities.manage_material", material):
        raise PermissionDenied
    return material


@require_safe
def material(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(request, code))


def _page(
    request: HttpRequest, found: TrainingMaterial, marked: services.Marked | None = None, answers: dict[int, int] | None = None
) -> HttpResponse:
    """The text in large type, its files, and the test with the answers as they were given."""
    deputy = services.learner(request.user)
    reading = Reading.objects.filter(material=found, deputy=deputy).first() if deputy else None
    managing = may(request.user, "activities.manage_material", found)
    wrong = marked.wrong if marked else ()
    questions = [
        {
            "place": place,
            "text": question.text,
            "choices": [(at, choice, answers is not None and answers.get(place) == at) for at, choice in enumerate(question.choices)],
            "is_wrong": place in wrong,
            "is_right": marked is not None and place not in wrong,
        }
        for place, question in enumerate(found.questions.all(), 1)
    ]
    context = {
        "material": found,
        "files": found.files.all(),
        "questions": questions,
        "deputy": deputy,
        "reading": reading,
        "is_learned": reading is not None and (found.pass_mark is None or (reading.score or 0) >= found.pass_mark),
        "marked": marked,
        "managing": managing,
        "learners": found.readings.count() if managing else 0,
        "is_public": found.published_on <= timezone.localdate(),
    }
    return render(request, "activities/training/material.html", context)


@require_POST
def read(request: HttpRequest, code: str) -> HttpResponse:
    """A deputy has read it."""
    found = _found(request, code)
    services.read(actor=request.user, material=found)
    messages.success(request, f"已登记学完《{found.title}》，计 {found.hours.normalize():f} 学时。")
    return redirect("activities:material", code)


@require_POST
def test(request: HttpRequest, code: str) -> HttpResponse:
    """Marks the test and shows the result at once, on the same page."""
    found = _found(request, code)
    answers = {
        int(name[1:]): int(value)
        for name, value in request.POST.items()
        if name[:1] == "q" and name[1:].isdecimal() and str(value).isdecimal()
    }
    marked = services.answer(actor=request.user, material=found, answers=answers)
    return _page(request, found, marked, answers)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """A deputy's own learning: her hours of the year, what she has not read, and what earned the hours."""
    deputy = services.learner(request.user)
    if deputy is None:
        raise PermissionDenied
    year = Period.year(timezone.localdate().year)
    term = training.term_period(training.current_term())
    lines = earned(deputy, term)
    learned = Reading.objects.credited().filter(deputy=deputy, material=OuterRef("pk"))
    unread = TrainingMaterial.objects.meant_for(deputy).exclude(Exists(learned))
    context = {
        "deputy": deputy,
        "year_hours": sum((line.hours for line in lines if line.on >= year.start), start=Decimal(0)),
        "term_hours": sum((line.hours for line in lines), start=Decimal(0)),
        "days": sum(1 for line in lines if line.way == "到会"),
        "unread": unread.count(),
        "to_read": unread.order_by("-published_on", "-pk")[:_SHOWN],
        "lines": lines[: _SHOWN * 2],
        "more": len(lines) > _SHOWN * 2,
        "term": term,
    }
    return render(request, "activities/training/mine.html", context)


# ---- publishing


@require_http_methods(_METHODS)
def save(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new material, or one changed."""
    if code:
        found = _managed(request, code)
    elif may(request.user, "activities.plan_training"):
        found = None
    else:
        raise PermissionDenied
    batch = TrainingBatch.objects.managed_by(request.user).filter(code=request.GET.get("batch", "")).first()
    form = MaterialForm(request.POST or None, request.FILES or None, user=request.user, material=found, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.save_material(actor=request.user, material=found, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已保存《{kept.title}》，编号 {kept.code}。")
            return redirect("activities:material", kept.code)
    context = {
        "form": form,
        "material": found,
        "files": found.files.all() if found else (),
        "since": _since(form, found),
        "heading": "修改学习资料" if found else "发布学习资料",
        "back": reverse("activities:material", args=[code]) if found else reverse("activities:materials"),
    }
    return render(request, "activities/training/material_form.html", context, status=422 if form.errors else 200)


def _since(form: MaterialForm, found: TrainingMaterial | None) -> str:
    """Tells a draft on the device made before the last save: by what is stored, or by the newest material there is."""
    newest = "" if found else str(TrainingMaterial.objects.order_by("-pk").values_list("pk", flat=True).first())
    return hashlib.sha256(f"{newest}{form.initial}".encode()).hexdigest()[:12]


@require_http_methods(_METHODS)
def remove(request: HttpRequest, code: str) -> HttpResponse:
    """Asks, then takes a material back."""
    found = _managed(request, code)
    if request.method == "POST":
        services.remove_material(actor=request.user, material=found)
        messages.success(request, f"已删除《{found.title}》。")
        return redirect("activities:materials")
    context = {
        "question": f"删除《{found.title}》？",
        "text": "正文、文件和测试题一并删除，不能恢复；删除情况记入审计记录。",
        "action": "删除",
        "back": reverse("activities:material", args=[code]),
    }
    return render(request, "components/confirm.html", context)


# ---- files


@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """A material's file: a photo in the page, anything else as a download."""
    return stored.send(get_object_or_404(MaterialFile.objects.visible_to(request.user), pk=pk))


@require_POST
def remove_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(MaterialFile.objects.visible_to(request.user).select_related("material"), pk=pk)
    services.remove_file(actor=request.user, file=row)
    messages.success(request, f"已删除“{row.original_name}”。")
    return redirect("activities:edit_material", row.material.code)
