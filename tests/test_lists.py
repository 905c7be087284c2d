"""Every list tells how many rows it has, and asks the database the same few questions for one row, three and three hundred."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from congress.enums import DocumentState
from congress.models import Document, DocumentBatch, Notification
from deputies.enums import GroupRole
from deputies.models import ContactDraft, Deed, Deputy, Honour, Mandate, Nomination, NominationRound
from platforms.enums import RoundState
from platforms.models import AssessmentRound, Bulletin, Deduction, Objection, Rectification, ScoreItem, ScoreTable
from tests.factories import (
    AreaFactory,
    AssessmentFactory,
    CrossAssignmentFactory,
    DeputyFactory,
    DeputyLiaisonFactory,
    District,
    GroupFactory,
    ItemScoreFactory,
    MandateFactory,
    MembershipFactory,
    OrganisationFactory,
    Personas,
    PlatformFactory,
    RoundFactory,
    ScoreItemFactory,
    StandingMemberFactory,
    TermFactory,
    VoterLiaisonFactory,
)
from tests.factories.opinions import OpinionContactFactory, OpinionFactory

MOST = 15


@dataclass
class Place:
    """Where the rows go: a published round with one assignment, on the small score table."""

    district: District
    personas: Personas
    table: ScoreTable

    def __post_init__(self) -> None:
        day = datetime.date(2026, 10, 9)
        self.round = RoundFactory(table=self.table, state=RoundState.PUBLISHED, signed_off_on=day, congress=self.district.congress)
        results = {"areas": [], "platforms": [], "losses": [], "table": {"items": [], "grades": []}, "rectifications": []}
        Bulletin.objects.create(round=self.round, issued_on=day, results=results)
        self.assignment = CrossAssignmentFactory(round=self.round, area=self.district.town1, assessor=self.district.town2)
        self.item = ScoreItem.objects.get(table=self.table, code="P1")

    def sheets(self, count: int, **score: object) -> list:
        """``count`` platform sheets with one score each."""
        made = []
        for _ in range(count):
            platform = PlatformFactory(area=self.district.town1)
            sheet = AssessmentFactory(assignment=self.assignment, area=self.district.town1, platform=platform)
            made.append(ItemScoreFactory(assessment=sheet, item=self.item, **score))
        return made


def platforms(place: Place, count: int) -> None:
    PlatformFactory.create_batch(count, area=place.district.villages[1])


def deputies(place: Place, count: int) -> None:
    for _ in range(count):
        MandateFactory(deputy=DeputyFactory(), term=place.district.term, area=place.district.town1)


def _seats(place: Place, count: int) -> list[Mandate]:
    return [MandateFactory(deputy=DeputyFactory(), term=place.district.term, area=place.district.town1) for _ in range(count)]


def terms(place: Place, count: int) -> None:
    for number in range(100, 100 + count):
        TermFactory(congress=place.district.congress, number=number)


def groups(place: Place, count: int) -> None:
    for seat in _seats(place, count):
        group = GroupFactory(term=place.district.term, area=place.district.town1)
        MembershipFactory(group=group, deputy=seat.deputy, role=GroupRole.LEADER)


def members(place: Place, count: int) -> None:
    deputy = Deputy.objects.get(user=place.personas.deputy)
    for seat in _seats(place, count):
        DeputyLiaisonFactory(member=StandingMemberFactory(mandate=seat), deputy=deputy)


def waiting_voters(place: Place, count: int) -> None:
    for seat in _seats(place, count):
        VoterLiaisonFactory(deputy=seat.deputy, ends_on=datetime.date(2026, 1, 5), awaits_successor=True)


def contacts(place: Place, count: int) -> None:
    for seat in _seats(place, count):
        OpinionContactFactory(area=place.district.town1, author=place.personas.town1).deputies.add(seat.deputy)


def drafts(place: Place, count: int) -> None:
    ContactDraft.objects.bulk_create(
        ContactDraft(key=f"draft-{n}", author=place.personas.office, area=place.district.town1, payload="{}", reason="没有资格。")
        for n in range(count)
    )


def opinions(place: Place, count: int) -> None:
    for seat in _seats(place, count):
        given = {"area": place.district.town1, "created_by": place.personas.town1, "responsible": place.district.unit}
        OpinionFactory(**given).deputies.add(seat.deputy)


def deeds(place: Place, count: int) -> None:
    day, writer = datetime.date(2026, 3, 1), place.personas.town1
    Deed.objects.bulk_create(
        Deed(code=f"SJ-{n}", deputy=seat.deputy, title="修路", story="多年如一日。", on=day, written_by=writer)
        for n, seat in enumerate(_seats(place, count))
    )


def honours(place: Place, count: int) -> None:
    day = datetime.date(2026, 3, 1)
    Honour.objects.bulk_create(
        Honour(deputy=seat.deputy, name="优秀人大代表", level="区级", awarded_by="区人大", on=day) for seat in _seats(place, count)
    )


def nomination_rounds(place: Place, count: int) -> None:
    NominationRound.objects.bulk_create(NominationRound(year=3000 + n, closes_on=datetime.date(2026, 12, 1)) for n in range(count))


def nominations(place: Place, count: int) -> None:
    round = NominationRound.objects.get_or_create(year=2026, defaults={"closes_on": datetime.date(2026, 12, 1)})[0]
    town1 = {"area": place.district.town1, "nominated_by": place.personas.town1}
    Nomination.objects.bulk_create(
        Nomination(round=round, deputy=seat.deputy, grounds="履职积极。", **town1) for seat in _seats(place, count)
    )


def areas(place: Place, count: int) -> None:
    AreaFactory.create_batch(count, parent=place.district.area)


def organisations(place: Place, count: int) -> None:
    OrganisationFactory.create_batch(count, area=place.district.town1)


def notices(place: Place, count: int) -> None:
    Notification.objects.bulk_create(Notification(user=place.personas.office, text="有新的事项。", key=f"k{n}") for n in range(count))


def batches(place: Place, count: int) -> None:
    DocumentBatch.objects.bulk_create(DocumentBatch(key=f"batch-{n}", title="考评文件") for n in range(count))
    for batch in DocumentBatch.objects.all():
        Document.objects.create(batch=batch, kind="bulletin", subject="", title="通报", filename="通报.pdf")


def documents(place: Place, count: int) -> None:
    batch = DocumentBatch.objects.create(key="batch", title="考评文件")
    Document.objects.bulk_create(
        Document(
            batch=batch,
            kind="platform_sheet",
            subject=f"P{n}",
            title="考评表",
            filename="考评表.pdf",
            position=n,
            state=DocumentState.FAILED,
        )
        for n in range(1, count + 1)
    )


def rounds(place: Place, count: int) -> None:
    AssessmentRound.objects.bulk_create(
        AssessmentRound(
            code=f"{2100 + n // 4}Q{n % 4 + 1}",
            year=2100 + n // 4,
            quarter=n % 4 + 1,
            congress=place.district.congress,
            table=place.table,
            seed="1",
            **dict.fromkeys(("opened_on", "self_scoring_until", "cross_scoring_until", "sign_off_until"), datetime.date(2026, 1, 5)),
        )
        for n in range(count)
    )


def items(place: Place, count: int) -> None:
    ScoreItemFactory.create_batch(count, table=place.table)


def item_scores(place: Place, count: int) -> None:
    place.sheets(count, cross_score=Decimal(40), problem="牌子褪色")


def departures(place: Place, count: int) -> None:
    place.sheets(count, suggested=Decimal(50), cross_score=Decimal(40), reason="牌子褪色。")


def deductions(place: Place, count: int) -> None:
    rule = place.table.deduction_rules.get(code="false")
    Deduction.objects.bulk_create(Deduction(assignment=place.assignment, rule=rule, reason=f"第{n}次") for n in range(count))


def objections(place: Place, count: int) -> None:
    for score in place.sheets(count, cross_score=Decimal(40)):
        Objection.objects.create(item_score=score, text="与事实不符。", raised_by=place.personas.town1)


def rectifications(place: Place, count: int) -> None:
    scores = place.sheets(count, cross_score=Decimal(0))
    Rectification.objects.bulk_create(
        Rectification(
            code=f"ZG-{n:04d}",
            round=place.round,
            area=place.district.town1,
            platform=score.assessment.platform if n % 2 else None,
            item=place.item,
            problem="牌子褪色",
            due_on=datetime.date(2026, 11, 20),
        )
        for n, score in enumerate(scores)
    )


LISTS: dict[str, Callable[[Place, int], None]] = {
    "/platforms/": platforms,
    "/standards/": platforms,
    "/deputies/": deputies,
    "/deputies/composition/": deputies,
    "/terms/": terms,
    "/groups/": groups,
    "/liaisons/": members,
    "/liaisons/voters/": deputies,
    "/liaisons/voters/waiting/": waiting_voters,
    "/contacts/": contacts,
    "/contacts/drafts/": drafts,
    "/opinions/": opinions,
    "/deeds/": deeds,
    "/honours/": honours,
    "/nominations/": nomination_rounds,
    "/nominations/2026/": nominations,
    "/areas/": areas,
    "/organisations/": organisations,
    "/notices/": notices,
    "/documents/": batches,
    "/documents/batch/": documents,
    "/rounds/": rounds,
    "/rounds/2026Q3/items/": items,
    "/rounds/2026Q3/items/P1/": item_scores,
    "/rounds/2026Q3/departures/": departures,
    "/rounds/2026Q3/deductions/": deductions,
    "/rounds/2026Q3/objections/": objections,
    "/rectifications/": rectifications,
}


@pytest.fixture
def place(district, personas, score_table) -> Place:
    return Place(district, personas, score_table)


@pytest.fixture
def office(personas, signed_in) -> Client:
    return signed_in(personas.office)


def look(client: Client, address: str) -> tuple[int, int]:
    """(rows told, queries asked)."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return int(response["X-Total-Count"]), len(captured)


@pytest.mark.parametrize("address", LISTS)
def test_list(address: str, place: Place, office: Client):
    before = 0 if LISTS[address] in (documents, nominations) else look(office, address)[0]
    queries = {}
    for count in (1, 3, 300):
        with transaction.atomic():
            LISTS[address](place, count)
            told, queries[count] = look(office, address)
            transaction.set_rollback(True)
        assert told == before + count
    assert queries[1] == queries[3] == queries[300] <= MOST
