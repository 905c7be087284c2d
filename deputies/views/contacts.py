"""Voter contacts: 记一笔, the list, one record with its photos, its correction, and what waits to be checked."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.context import frame_of
from congress.enums import Role
from congress.errors import DomainError
from congress.imports import downloads
from congress.models import Area
from congress.periods import Period
from congress.services import files
from congress.views import stored
from congress.views.areas import home_units
from deputies import filters
from deputies.enums import Channel
from deputies.forms.contacts import ContactForm, CorrectForm, VotersForm
from deputies.models import ContactDraft, ContactPhoto, Deputy, DraftPhoto, VoterContact
from deputies.resources.contacts import ContactResource
from deputies.services import contacts, notebooks, privacy
from deputies.tables.contacts import contacts_table

_ASKED = ("period", "channel", "area", *filters.WHO, "deputy", "q")
_NO_SUCH_PERIOD = "“时间”应写作 2026、2026H1、2026Q3 或 2026-09，已列出全部时间的记录。"


# ---- the list


@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    asked, rows = _asked(request)
    rows = rows.select_related("area", "author").prefetch_related("deputies")
    page = listing.page_of(request, rows)
    shown = list(page.object_list)
    units = [] if frame_of(request).in_hand else home_units(request)
    period = filters.period(asked["period"])
    context = {
        "page": page,
        "rows": shown,
        "table": contacts_table().render(shown) if shown and not frame_of(request).in_hand else "",
        "asked": asked,
        "filtered": any(asked.values()),
        "wrong_period": _NO_SUCH_PERIOD if asked["period"] and period is None else "",
        "channels": Channel.choices,
        "units": units,
        **({} if frame_of(request).in_hand else filters.choices(request.user)),
        "elsewhere": _elsewhere(asked["area"], units),
        "periods": list(dict.fromkeys([*_periods(), *([period] if period else [])])),
        "may_record": may(request.user, "deputies.record_contact"),
        "may_import": may(request.user, ContactResource.import_rule),
        "may_export": may(request.user, ContactResource.export_rule),
        "waiting": ContactDraft.objects.to_handle_by(request.user).count() if request.user.access.has(Role.TOWN_OFFICE) else 0,
        "notebook_of": _notebook_of(request, asked),
    }
    response = render(request, "deputies/contacts/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked(request: HttpRequest) -> tuple[dict[str, str], QuerySet[VoterContact]]:
    """What was asked, and the records that fit."""
    asked = {name: request.GET.get(name, "").strip() for name in _ASKED}
    rows = VoterContact.objects.visible_to(request.user)
    if period := filters.period(asked["period"]):
        rows = rows.within(period)
    if asked["channel"]:
        rows = rows.filter(channel=asked["channel"])
    if asked["area"]:
        rows = rows.filter(area__in=filters.within(asked["area"]))
    if asked["deputy"]:
        rows = rows.filter(deputies__code=asked["deputy"])
    rows = filters.in_term(rows, asked, "at", is_moment=True)
    if (people := filters.people(asked)) is not None:
        took_part = VoterContact.deputies.through.objects.filter(deputy__in=people.values("pk"))
        rows = rows.filter(pk__in=took_part.values("votercontact"))
    if asked["q"]:
        rows = rows.matching(asked["q"])
    return asked, rows


def _periods() -> list[Period]:
    """This month, this quarter, the quarter before, this year and the last, for the filter."""
    today = timezone.localdate()
    quarter, year = Period.containing(today, "quarter"), Period.year(today.year)
    return [Period.containing(today, "month"), quarter, quarter.previous, year, year.previous]


def _elsewhere(code: str, units: list[Area]) -> Area | None:
    """The area asked for where the choice of towns does not have it: a village, as a figure leads here."""
    return Area.objects.filter(code=code).first() if code and code not in {unit.code for unit in units} else None


def _notebook_of(request: HttpRequest, asked: dict[str, str]) -> Deputy | None:
    """Whose notebook can be printed from here: one's own, or that of the deputy asked for."""
    deputies = Deputy.objects.visible_to(request.user).prefetch_related(contacts.mandates())
    if asked["deputy"]:
        found = deputies.filter(code=asked["deputy"]).first()
    else:
        found = deputies.filter(user=request.user).first() if request.user.access.has(Role.DEPUTY) else None
    return found if found and may(request.user, "deputies.print_notebook", found) else None


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook, voters masked. Who took it out is in the audit trail."""
    if not may(request.user, ContactResource.export_rule):
        raise PermissionDenied
    _, rows = _asked(request)
    return downloads.rows(request, ContactResource(), ContactResource.with_all(rows))


@require_POST
def notebook(request: HttpRequest) -> HttpResponse:
    """Asks for a deputy's notebook of a period and leads to where it appears."""
    deputies = Deputy.objects.visible_to(request.user).prefetch_related(contacts.mandates())
    deputy = get_object_or_404(deputies, code=request.POST.get("deputy", ""))
    if not may(request.user, "deputies.print_notebook", deputy):
        raise PermissionDenied
    period = filters.period(request.POST.get("period", "")) or Period.year(timezone.localdate().year)
    batch = notebooks.request_notebook(actor=request.user, deputy=deputy, period=period)
    return redirect("document_batch", key=batch.key)


# ---- 记一笔


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form. Asked with ``Accept: application/json``, by a phone that sends what it kept, POST answers in JSON."""
    if not may(request.user, "deputies.record_contact"):
        raise PermissionDenied
    draft = _draft_asked(request)
    initial = _typed(draft) if draft else {}
    form = ContactForm(request.POST or None, request.FILES or None, user=request.user, initial=initial)
    if request.method != "POST":
        return _show(request, form, draft)
    if not form.is_valid():
        return _refused(request, form, draft)
    entered = form.entered()
    if draft:
        entered["photos"] = [*entered["photos"], *_photos_of(draft)]
    try:
        contact = contacts.record(actor=request.user, draft=draft, **entered)
    except contacts.MandateEnded as refusal:
        if "hand_over" in request.POST:
            return _handed_over(request, form, str(refusal))
        form.mandate_ended = form.me is not None and not form.on_behalf  # type: ignore[attr-defined]
        form.add_error(None, str(refusal))
        return _refused(request, form, draft)
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return _refused(request, form, draft)
    address = _next_page(request, contact)
    if _speaks_json(request):
        return JsonResponse({"code": contact.code, "url": address})
    messages.success(request, f"已保存，编号 {contact.code}。")
    return redirect(address)


def _next_page(request: HttpRequest, contact: VoterContact) -> str:
    """On to the opinion when somebody is to see to it, else to the record; home, for whom no role lets see it any more."""
    if not request.user.access.roles:
        return reverse("home")
    return reverse("deputies:new_opinion" if contact.awaits_opinion else "deputies:contact", args=[contact.code])


def _speaks_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _show(request: HttpRequest, form: ContactForm, draft: ContactDraft | None) -> HttpResponse:
    context = {"form": form, "draft": draft, "draft_photos": list(draft.photos.all()) if draft else []}
    return render(request, "deputies/contacts/new.html", context, status=422 if form.errors else 200)


def _refused(request: HttpRequest, form: ContactForm, draft: ContactDraft | None) -> HttpResponse:
    if not _speaks_json(request):
        return _show(request, form, draft)
    told = {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
    return JsonResponse({"errors": told, "ended": getattr(form, "mandate_ended", False)}, status=422)


def _handed_over(request: HttpRequest, form: ContactForm, sentence: str) -> HttpResponse:
    """Leaves it with the town's staff, because the deputy has no mandate to record it under."""
    typed = {name: values for name, values in request.POST.lists() if name not in {"csrfmiddlewaretoken", "hand_over", "owner", "key"}}
    cleaned = form.cleaned_data
    contacts.keep_draft(
        actor=request.user,
        key=cleaned["key"],
        payload=json.dumps(typed, ensure_ascii=False),
        reason=sentence,
        photos=cleaned["photos"],
    )
    said = f"{sentence}已交镇（街道）人大工作人员核对。"
    if _speaks_json(request):
        return JsonResponse({"kept": True, "sentence": said})
    messages.warning(request, said)
    return redirect("home")


def _draft_asked(request: HttpRequest) -> ContactDraft | None:
    """The draft that town staff enter, named by ``?draft=``."""
    key = request.GET.get("draft", "")
    if not key:
        return None
    draft = get_object_or_404(ContactDraft.objects.visible_to(request.user).select_related("area", "author"), key=key)
    if not may(request.user, "deputies.settle_draft", draft):
        raise PermissionDenied
    if draft.settled_at:
        raise DomainError("这条内容已由他人处理，不必再登记。")
    return draft


def _typed(draft: ContactDraft) -> dict[str, Any]:
    """What the deputy typed, as a form's initial values."""
    typed: dict[str, list[str]] = json.loads(draft.payload)
    fields = {name: typed[name][0] for name in ("channel", "text", "follow", "at", "area", "place", "people", "result") if typed.get(name)}
    columns = [typed.get(f"voters_{part}", []) for part in ("name", "phone", "address")]
    count = max(map(len, columns))
    voters = list(zip(*([*column, *[""] * (count - len(column))] for column in columns), strict=True))
    return {**fields, "voters": voters, "deputy": ""}


def _photos_of(draft: ContactDraft) -> list[files.Examined]:
    found = []
    for photo in draft.photos.all():
        with photo.file.open("rb") as stream, photo.thumbnail.open("rb") as small:
            found.append(files.Examined(photo.original_name, photo.content_type, stream.read(), small.read()))
    return found


# ---- one record


def _found(request: HttpRequest, code: str) -> VoterContact:
    rows = VoterContact.objects.visible_to(request.user).select_related("area", "electoral_district", "author")
    deputies = Prefetch("deputies", Deputy.objects.prefetch_related(contacts.mandates()))
    return get_object_or_404(rows.prefetch_related(deputies, "voters", "photos", "revisions__corrected_by"), code=code)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(request, code))


@never_cache
@require_POST
def voters(request: HttpRequest, code: str) -> HttpResponse:
    """The record with its voters in full. A POST, so that opening is an act of its own and leaves its audit row."""
    contact = _found(request, code)
    opened = privacy.open_voters(actor=request.user, contact=contact)
    form = VotersForm(initial={"voters": [(person.name, person.phone, person.address) for person in opened]})
    return _page(request, contact, opened, voters_form=form)


@never_cache
@require_POST
def change_voters(request: HttpRequest, code: str) -> HttpResponse:
    """Puts a contact's voters right, or deletes them; what was typed comes back with a refusal."""
    contact = _found(request, code)
    if not may(request.user, "deputies.open_voters", contact):
        raise PermissionDenied
    form = VotersForm(request.POST)
    if form.is_valid():
        privacy.change_voters(actor=request.user, contact=contact, **form.cleaned_data)
        messages.success(request, "已保存。更正前的信息没有保留。")
        return redirect("deputies:contact", code)
    return _page(request, contact, voters_form=form)


def _page(
    request: HttpRequest,
    contact: VoterContact,
    opened: list[privacy.Person] | None = None,
    *,
    photos_refused: str = "",
    voters_form: VotersForm | None = None,
) -> HttpResponse:
    context = {
        "contact": contact,
        "people": [privacy.masked(voter) for voter in contact.voters.all()] if opened is None else opened,
        "is_open": opened is not None,
        "revisions": [_told(revision) for revision in contact.revisions.all()],
        "on_behalf": all(deputy.user_id != contact.author_id for deputy in contact.deputies.all()),
        "may_open": may(request.user, "deputies.open_voters", contact),
        "may_correct": may(request.user, "deputies.correct_contact", contact),
        "may_record_opinion": contact.awaits_opinion and may(request.user, "deputies.record_opinion", contact),
        "photos_left": contacts.MOST_PHOTOS - len(contact.photos.all()),
        "photos_refused": photos_refused,
        "voters_form": voters_form,
    }
    refused = photos_refused or (voters_form is not None and voters_form.errors)
    return render(request, "deputies/contacts/detail.html", context, status=422 if refused else 200)


@require_POST
def add_photos(request: HttpRequest, code: str) -> HttpResponse:
    contact = _found(request, code)
    if not may(request.user, "deputies.correct_contact", contact):
        raise PermissionDenied
    try:
        added = contacts.add_photos(actor=request.user, contact=contact, photos=request.FILES.getlist("photos"))
    except DomainError as refusal:
        return _page(request, contact, photos_refused=str(refusal))
    messages.success(request, f"已补充 {len(added)} 张照片。" if added else "这些照片已经在记录里，没有重复保存。")
    return redirect("deputies:contact", code)


@require_POST
def needs_no_opinion(request: HttpRequest, code: str) -> HttpResponse:
    contacts.needs_no_opinion(actor=request.user, contact=_found(request, code))
    messages.success(request, "已取消“需要有人去办”。")
    return redirect("deputies:contact", code)


def _told(revision: Any) -> dict[str, Any]:
    """An earlier version with its fields' Chinese names and values."""
    before = []
    for name, value in revision.before.items():
        if name == "channel":
            value = Channel(value).label
        elif name == "at":
            value = timezone.localtime(datetime.datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
        before.append((str(VoterContact._meta.get_field(name).verbose_name), value if value != "" else "（空）"))
    return {"revision": revision, "before": before}


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, code: str) -> HttpResponse:
    contact = _found(request, code)
    if not may(request.user, "deputies.correct_contact", contact):
        raise PermissionDenied
    form = CorrectForm(request.POST or None, user=request.user, contact=contact)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            after = contacts.correct(
                actor=request.user, contact=contact, version=asked["version"], reason=asked["reason"], **form.changes()
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已更正，更正前的内容已保留。" if after.version != contact.version else "没有改动。")
            return redirect("deputies:contact", code)
    return render(request, "deputies/contacts/correct.html", {"form": form, "contact": contact}, status=422 if form.errors else 200)


# ---- photos, shown only to those who may see the record


@require_safe
def photo(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(get_object_or_404(ContactPhoto.objects.visible_to(request.user), pk=pk))


@require_safe
def thumbnail(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(get_object_or_404(ContactPhoto.objects.visible_to(request.user), pk=pk), thumbnail=True)


@require_safe
def draft_photo(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(get_object_or_404(DraftPhoto.objects.visible_to(request.user), pk=pk), thumbnail=True)


# ---- what deputies left with their town's staff


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """What waits to be checked, and below it what was settled."""
    rows = ContactDraft.objects.visible_to(request.user).select_related("author", "area", "contact", "settled_by")
    rows = rows.annotate(photo_count=Count("photos")).order_by("settled_at", "sent_at")
    page = listing.page_of(request, rows)
    settled_here = {draft.pk for draft in page.object_list if may(request.user, "deputies.settle_draft", draft)}
    response = render(request, "deputies/contacts/drafts.html", {"page": page, "settled_here": settled_here})
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_POST
def drop_draft(request: HttpRequest, key: str) -> HttpResponse:
    draft = get_object_or_404(ContactDraft.objects.visible_to(request.user).select_related("area", "author"), key=key)
    contacts.drop_draft(actor=request.user, draft=draft, note=request.POST.get("note", ""))
    messages.success(request, "已记为不予登记，并通知填写人。")
    return redirect("deputies:contact_drafts")
