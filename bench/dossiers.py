"""Dossiers: what a batch of six hundred costs beyond bare WeasyPrint, from asking for it to the last file."""

from __future__ import annotations

import datetime

from django.utils import timezone

from bench.district import add_deputies, scene
from bench.harness import Figures, benchmark, seconds, undone
from bench.paper import print_barely
from congress.documents import renderer
from congress.models import User
from congress.periods import Period
from congress.services import documents
from deputies.documents import dossier
from deputies.enums import Channel
from deputies.models import Deputy, VoterContact
from deputies.services import dossiers

DEPUTIES = 600
CONTACTS = 12  # of each deputy, one a month
SAMPLE = 8  # documents that are printed a turn; what is done once a batch counts by their share of it


def _add_contacts(author: User, area_id: int) -> None:
    deputies = list(Deputy.objects.order_by("code").values_list("pk", flat=True))
    rows = VoterContact.objects.bulk_create(
        (
            VoterContact(
                key=f"dossier-{deputy}-{month}",
                code=f"LX2025-{deputy:05d}{month:02d}",
                channel=Channel.values[month % 6],
                at=timezone.make_aware(datetime.datetime(2025, month, deputy % 27 + 1, 9)),
                area_id=area_id,
                place="村口大榕树下",
                people=month,
                text="村口到小学的路灯坏了三盏，晚上孩子放学看不清路，请尽快派人来修。",
                author=author,
            )
            for deputy in deputies
            for month in range(1, CONTACTS + 1)
        ),
        batch_size=1000,
    )
    link = VoterContact.deputies.through
    link.objects.bulk_create(
        (link(votercontact_id=row.pk, deputy_id=deputies[n // CONTACTS]) for n, row in enumerate(rows)), batch_size=1000
    )


@benchmark("dossiers: a batch of 600 deputies' PDFs against bare WeasyPrint on the same HTML", 1.15)
def batch_of_dossiers() -> Figures:
    where = scene()
    add_deputies(where, DEPUTIES)
    _add_contacts(where.office, where.district.villages[1].pk)
    year = Period.year(2025)
    weasyprint = renderer.engine()
    while True:
        with undone():
            asked = seconds(lambda: dossiers.request_dossiers(actor=where.office, period=year))
            batch = dossiers.request_dossiers(actor=where.office, period=year)
            rows = list(batch.documents.order_by("position"))
            assert len(rows) > DEPUTIES  # with the scene's own deputy
            spare, printed = rows[0], rows[1 :: len(rows) // SAMPLE][:SAMPLE]
            pages = [renderer.to_html(row) for row in printed]
            renderer.to_pdf(renderer.to_html(spare))  # fonts are read once per process
            dossier.prepared.forget()
            reading = seconds(lambda spare=spare: renderer.to_html(spare))
            ours, bare = (asked + reading) * SAMPLE / len(rows), 0.0
            for row, html in zip(printed, pages, strict=True):
                bare += seconds(lambda html=html: print_barely(weasyprint, html, ()))
                ours += seconds(lambda pk=row.pk: documents.render(pk))
            if batch.documents.ready().count() < SAMPLE:
                raise RuntimeError("not every document was rendered")
        yield ours / bare
