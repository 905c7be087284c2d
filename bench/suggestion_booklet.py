"""The year's booklet: what binding suggestions with their answers costs beyond bare WeasyPrint."""

from __future__ import annotations

import os

from django.utils import timezone

from bench.district import Scene, scene
from bench.harness import Figures, benchmark, seconds, undone
from bench.paper import print_barely
from bench.similarity import titles
from congress.documents import renderer
from congress.services import documents
from deputies.models import Deputy, Mandate
from suggestions.enums import HandlingRole, HandlingState, Occasion, Publicity, ReplyState, SuggestionState
from suggestions.models import Evaluation, Handling, Reply, ReplyClass, Suggestion
from suggestions.services.papers import many

MATTERS = int(os.environ.get("BENCH_MATTERS", "400"))
SAMPLE = 1  # volumes that are printed a turn; what is done once a batch counts by their share of it
_TEXT = "村口到小学的路灯坏了三盏，晚上孩子放学看不清路，群众多次反映，请尽快派人来修，并建立日常管护制度。" * 4
_ANSWER = "一、关于修复路灯。我局已派人更换路灯三盏，恢复照明。\n二、关于日常管护。已纳入乡镇日常巡查，每月检查一次，发现损坏及时更换。" * 3


def _fill(count: int) -> Scene:
    where = scene()
    district, today = where.district, timezone.localdate()
    seats = [
        Mandate.objects.create(
            deputy=Deputy.objects.create(code=f"BENCH{n}", name=f"代表{n}"), term=district.term, area=district.town1, starts_on=today
        )
        for n in range(20)
    ]
    rows = Suggestion.objects.bulk_create(
        Suggestion(
            code=f"B{n:06d}", congress=district.congress, term=district.term, occasion=Occasion.BETWEEN_SESSIONS, number=n,
            title=title, basis=_TEXT, request=_TEXT, proposer=seats[n % 20], created_by=where.office,
            state=SuggestionState.REPLIED, accepted_on=today, assigned_on=today, replied_on=today,
        )
        for n, title in enumerate(titles(count), start=1)
    )  # fmt: skip
    parts = Handling.objects.bulk_create(
        Handling(
            suggestion=row,
            unit=district.unit,
            role=HandlingRole.LEAD,
            state=HandlingState.DONE,
            assigned_on=today,
            assigned_by=where.office,
            done_on=today,
        )
        for row in rows
    )
    reply_class = ReplyClass.objects.order_by("pk")[0]
    replies = Reply.objects.bulk_create(
        Reply(
            handling=part, state=ReplyState.SENT, text=_ANSWER, reply_class=reply_class, publicity=Publicity.FULL, signer="梁局长",
            drafted_by=where.office, sent_on=today,
        )
        for part in parts
    )  # fmt: skip
    Evaluation.objects.bulk_create(
        Evaluation(reply=reply, mandate=row.proposer, attitude="satisfied", result="basically", entered_by=where.office)
        for row, reply in zip(rows, replies, strict=True)
    )
    return where


@benchmark(f"booklet: {MATTERS} suggestions bound in volumes against bare WeasyPrint on the same HTML", 1.15)
def booklet_of_a_year() -> Figures:
    where = _fill(MATTERS)
    year = f"{timezone.localdate().year}"
    weasyprint = renderer.engine()
    while True:
        with undone():
            asked = seconds(lambda: many.booklet(actor=where.office, congress=where.district.congress, code=year))
            batch = many.booklet(actor=where.office, congress=where.district.congress, code=year)
            rows = list(batch.documents.order_by("position"))
            assert len(rows) == -(-MATTERS // many.PER_VOLUME)
            printed = rows[-SAMPLE:]
            pages = [renderer.to_html(row) for row in printed]
            ours, bare = asked * SAMPLE / len(rows), 0.0
            for row, html in zip(printed, pages, strict=True):
                bare += seconds(lambda html=html: print_barely(weasyprint, html, ()))
                ours += seconds(lambda pk=row.pk: documents.render(pk))
            if batch.documents.ready().count() < SAMPLE:
                raise RuntimeError("not every volume was rendered")
        yield ours / bare
