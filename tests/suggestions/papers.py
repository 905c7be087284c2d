"""A session's suggestions played by their services, to print from."""

from __future__ import annotations

import datetime

from django.utils import timezone

from congress.models import Document, Session
from congress.services.documents import render_batch
from deputies.models import Mandate
from suggestions.enums import HandlingRole, Outcome, Publicity, SuggestionKind
from suggestions.models import ReplyClass, Suggestion
from suggestions.services import assigning, examining, proposing, replying, units
from tests.factories import District, MandateFactory, OrganisationFactory, Personas, UserFactory
from tests.suggestions import playing

TITLE = "关于完善东岭农贸市场周边停车设施的建议"
BASIS = "东岭农贸市场建成于2009年，日均客流6000人次。经3次实地走访，选民集中反映停车泊位不足，圩日车辆占道停放，消防通道多次被堵。\n非机动车停放没有划线，人车混行，存在安全隐患。"
REQUEST = "1．利用市场西侧闲置地块建设临时公共停车场，设置泊位80个以上。\n2．在北段单侧划定限时停车泊位，圩日安排专人疏导。"
ANSWER = (
    "一、关于建设临时公共停车场。我局已完成市场西侧2100平方米闲置地块的平整硬化，设置泊位86个，免费开放，高峰时段泊位紧张状况得到缓解。\n"
    "二、关于划定限时停车泊位。已在北段单侧划定限时泊位22个，喷涂消防通道禁停标线160米，圩日安排疏导人员6名。"
)


def seat_of(personas: Personas) -> Mandate:
    seat = Mandate.objects.select_related("deputy", "term", "area").get(deputy__user=personas.deputy)
    seat.deputy.phone, seat.deputy.position, seat.card_number = "13800000124", "东岭镇上岭村党支部书记", "0124"
    seat.deputy.save()
    seat.save()
    return seat


def session_of(district: District) -> Session:
    year = timezone.localdate().year
    return Session.objects.get_or_create(
        term=district.term, number=6, defaults={"starts_on": datetime.date(year, 1, 20), "ends_on": datetime.date(year, 1, 24)}
    )[0]


def accepted(personas: Personas, district: District, *, title: str = TITLE, cosigners: tuple[str, ...] = (), **fields) -> Suggestion:
    """An accepted suggestion of the session; each name of ``cosigners`` signs along."""
    seat = seat_of(personas)
    row = proposing.draft(
        actor=personas.deputy, proposer=seat, session=fields.pop("session", session_of(district)), title=title,
        **{"basis": BASIS, "request": REQUEST, "origin": "专题调研、走访选民", **fields},
    )  # fmt: skip
    for number, name in enumerate(cosigners):
        mandate = MandateFactory(term=seat.term, area=seat.area, deputy__name=name, deputy__user=UserFactory(name=name))
        asked = proposing.ask_cosigner(actor=personas.deputy, suggestion=row, mandate=mandate)
        proposing.answer_cosigning(actor=mandate.deputy.user, cosigner=asked, agrees=True)
        assert number < 20
    proposing.submit(actor=personas.deputy, suggestion=row)
    return examining.examine(actor=personas.office, suggestion=row, outcome=Outcome.ACCEPT)


def bill(personas: Personas, district: District) -> Suggestion:
    names = tuple(f"代表{letter}" for letter in "甲乙丙丁戊己庚辛壬癸")
    return accepted(personas, district, kind=SuggestionKind.BILL, title="关于修订东岭河道管理办法的议案", cosigners=names)


def handling(personas: Personas, district: District, row: Suggestion, *, support: bool = False):
    """The unit's part, signed for. With ``support`` the finance bureau supports it, and has given its opinion."""
    given = {district.unit: HandlingRole.LEAD}
    if support:
        helper = OrganisationFactory(code="CZJ", name="榕江区财政局", kind="handling_unit", area=district.area)
        given[helper] = HandlingRole.SUPPORT
    assigning.assign(actor=personas.dispatcher, suggestion=row, units=given, instruction="请会同市场开办方研究。")
    if support:
        row.handlings.filter(role=HandlingRole.SUPPORT).update(
            state="done", opinion="同意。", opinion_on=timezone.localdate(), done_on=timezone.localdate()
        )
    return units.sign_for(actor=personas.unit, handling=row.handlings.get(role=HandlingRole.LEAD))


def reply_class(code: str = "A") -> ReplyClass:
    return ReplyClass.objects.filter(code=code).order_by("pk")[0]


def drafted(personas: Personas, part, **fields):
    return replying.draft(
        actor=personas.unit,
        handling=part,
        **{
            "text": ANSWER, "reply_class": reply_class(), "publicity": Publicity.FULL, "document_number": "榕交函〔2026〕46号",
            "contact_person": "覃卫东", "contact_phone": "0770-0000000", **fields,
        },
    )  # fmt: skip


def sent(personas: Personas, part, promises=(), **fields):
    return playing.signed(drafted(personas, part, **fields), actor=personas.unit, promises=promises)


def printed(batch, kind: str) -> Document:
    """The batch's first document of the kind, rendered."""
    render_batch(batch)
    return batch.documents.filter(kind=kind).order_by("position")[0]
