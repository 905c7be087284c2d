"""Asking for a bulletin's documents: what is printed of a round, in which order and under which names."""

from __future__ import annotations

from django.db import transaction

from congress.models import DocumentBatch
from congress.services import audit, documents
from congress.services.documents import Wanted
from platforms.models import Bulletin

BULLETIN, BULLETIN_WORD, SCORE_TABLE, AREA_REPORT, PLATFORM_SHEET = (
    "bulletin",
    "bulletin_word",
    "score_table",
    "area_report",
    "platform_sheet",
)


@transaction.atomic
def request_documents(*, actor: audit.Actor, bulletin: Bulletin) -> DocumentBatch:
    """Asks for everything a bulletin prints: itself (PDF and Word), the score table, a report for each area and a sheet
    for each platform. Workers start on commit. Called again, it gives the same batch."""
    results = bulletin.results
    label = results["label"] + (f"（{bulletin.name}）" if bulletin.name else "")
    wanted = [
        Wanted(BULLETIN, "", f"{label}考评情况通报", f"{label}考评情况通报"),
        Wanted(BULLETIN_WORD, "", f"{label}考评情况通报（Word 稿）", f"{label}考评情况通报"),
        Wanted(SCORE_TABLE, "", f"{label}考评得分表", f"{label}考评得分表"),
        *(
            Wanted(AREA_REPORT, area["code"], f"{area['name']}{label}考评情况", f"{area['name']}{label}考评情况")
            for area in results["areas"]
        ),
        *(
            Wanted(PLATFORM_SHEET, platform["code"], f"{platform['name']}{label}考评表", f"{platform['name']}{label}考评表")
            for platform in results["platforms"]
        ),
    ]
    batch = documents.request_batch(
        key=f"bulletin-{results['round']}-{bulletin.version}", title=f"{label}考评文件", actor=actor, documents=wanted
    )
    if bulletin.batch_id != batch.pk:
        bulletin.batch = batch
        bulletin.save(update_fields=["batch"])
    return batch
