"""The year's end: a sample anybody draws again, reports and their deliberation, the appraisal settled and reopened."""

from __future__ import annotations

import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from congress.errors import DomainError
from congress.models import AuditEntry, Notification
from suggestions.enums import Grade
from suggestions.models import Appraisal, RuleProfile, SpotCheck, SpotCheckDraw, UnitReport
from suggestions.services import appraising, reporting, spot_checks
from tests.factories import OrganisationFactory
from tests.suggestions.answered import accepted, answered

YEAR = timezone.localdate().year


def today() -> datetime.date:
    return timezone.localdate()


def pdf(name: str = "报告.pdf", words: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4 " + words)


# ---- spot checks


def draw(personas, district, actor=None, **fields) -> SpotCheckDraw:
    told = {"year": YEAR, "until": today(), "per_unit": 2, "seed": "364", **fields}
    return spot_checks.draw(actor=actor or personas.office, congress=district.congress, **told)


def test_the_same_numbers_draw_the_same_replies(personas, district):
    replies = [answered(personas, district) for _ in range(6)]
    drawn = draw(personas, district)
    first = spot_checks.sample(drawn)
    assert len(first) == 2 and {reply.pk for reply in first} <= {reply.pk for reply in replies}
    assert draw(personas, district) == drawn
    assert spot_checks.sample(drawn) == first
    others = {tuple(reply.pk for reply in spot_checks.sample(draw(personas, district, seed=str(seed)))) for seed in range(12)}
    assert len(others) > 1  # another seed, another sample
    assert spot_checks.sample(draw(personas, district)) == first
    assert {row.handling.unit for row in spot_checks.sample(draw(personas, district, per_unit=50))} == {district.unit}
    assert len(spot_checks.sample(draw(personas, district, per_unit=50))) == 6


def test_what_is_no_draw(personas, district):
    for name in ("leader", "unit", "town1"):
        with pytest.raises(PermissionDenied):
            draw(personas, district, actor=getattr(personas, name))
    for fields, sentence in (
        ({"seed": " "}, "请填写抽样号"),
        ({"per_unit": 0}, "应为1至50"),
        ({"until": today() + datetime.timedelta(days=1)}, "不晚于今天|年内"),
        ({"year": YEAR - 1}, f"应在{YEAR - 1}年内"),
    ):
        with pytest.raises(DomainError, match=sentence):
            draw(personas, district, **fields)


def test_a_sample_that_was_begun_is_kept(personas, district):
    answered(personas, district)
    (reply,) = spot_checks.sample(draw(personas, district))
    for _ in range(2):
        spot_checks.score(actor=personas.leader, reply=reply, score=85, note="写得实在")
    with pytest.raises(DomainError, match="已经开始评分"):
        draw(personas, district, seed="1")
    with pytest.raises(DomainError, match="0至100分"):
        spot_checks.score(actor=personas.office, reply=reply, score=101)
    with pytest.raises(PermissionDenied):
        spot_checks.score(actor=personas.unit, reply=reply, score=100)
    assert (SpotCheck.objects.get().score, AuditEntry.objects.filter(action="suggestions.spot_check").count()) == (85, 1)


# ---- reports


def test_a_unit_hands_in_its_report_and_the_committee_deliberates(personas, district, django_capture_on_commit_callbacks):
    with pytest.raises(DomainError, match="没有承办代表建议"):
        reporting.hand_in(actor=personas.unit, unit=district.unit, year=YEAR, upload=pdf())
    answered(personas, district)
    with django_capture_on_commit_callbacks(execute=True):
        first = reporting.hand_in(actor=personas.unit, unit=district.unit, year=YEAR, upload=pdf())
    assert reporting.hand_in(actor=personas.unit, unit=district.unit, year=YEAR, upload=pdf()) == first
    assert Notification.objects.get(user=personas.office, text__contains="报送").text == f"榕江区交通运输局报送了{YEAR}年办理情况报告"
    second = reporting.hand_in(actor=personas.unit, unit=district.unit, year=YEAR, upload=pdf("改.pdf", b"y"))
    assert list(UnitReport.objects.values_list("pk", "original_name")) == [(second.pk, "改.pdf")]
    with pytest.raises(PermissionDenied):
        reporting.deliberate(actor=personas.leader, report=second, text="好。", on=today())
    with pytest.raises(DomainError, match="请填写审议意见"):
        reporting.deliberate(actor=personas.office, report=second, text=" ", on=today())
    for _ in range(2):
        report = reporting.deliberate(actor=personas.office, report=second, text="办成率还要提高。", on=today())
    assert (report.deliberation, report.deliberated_on) == ("办成率还要提高。", today())
    assert AuditEntry.objects.filter(action="suggestions.deliberate_report").count() == 1
    with pytest.raises(DomainError, match="已经审议，不能再换"):
        reporting.hand_in(actor=personas.unit, unit=district.unit, year=YEAR, upload=pdf(words=b"z"))


def test_what_is_no_report(personas, district):
    answered(personas, district)
    other = OrganisationFactory(code="NYJ", name="榕江区农业农村局", kind="handling_unit", area=district.area)
    with pytest.raises(PermissionDenied):
        reporting.hand_in(actor=personas.unit, unit=other, year=YEAR, upload=pdf())
    with pytest.raises(PermissionDenied):
        reporting.hand_in(actor=personas.town1, unit=district.unit, year=YEAR, upload=pdf())
    with pytest.raises(DomainError, match="还没有到"):
        reporting.hand_in(actor=personas.unit, unit=district.unit, year=YEAR + 1, upload=pdf())
    with pytest.raises(DomainError, match="未保存"):
        reporting.hand_in(actor=personas.unit, unit=district.unit, year=YEAR, upload=SimpleUploadedFile("a.txt", b"words"))


# ---- the appraisal


def test_a_settled_appraisal_stays_as_it_was(personas, district):
    RuleProfile.objects.update(least_sample=1)
    answered(personas, district, "A", Grade.SATISFIED, talked=True)
    RuleProfile.objects.update(least_sample=1)
    with pytest.raises(PermissionDenied):
        appraising.settle(actor=personas.leader, congress=district.congress, year=YEAR)
    with pytest.raises(DomainError, match="没有可以定稿的考评"):
        appraising.settle(actor=personas.office, congress=district.congress, year=YEAR - 1)
    for _ in range(2):
        appraising.settle(actor=personas.office, congress=district.congress, year=YEAR)
    before = appraising.sheet(district.congress, YEAR)
    answered(personas, district, "D", Grade.NOT_SATISFIED, late=True)
    RuleProfile.objects.get().weights.update(weight=1)
    after = appraising.sheet(district.congress, YEAR)
    assert (after.rows, after.parts) == (before.rows, before.parts)
    assert [(row.unit, row.answered, str(row.score), row.rank) for row in after.rows] == [(district.unit, 1, "100.0", 1)]
    with pytest.raises(DomainError, match="请写明撤销定稿的原因"):
        appraising.reopen(actor=personas.office, congress=district.congress, year=YEAR, reason="")
    with pytest.raises(PermissionDenied):
        appraising.reopen(actor=personas.leader, congress=district.congress, year=YEAR, reason="算错")
    for _ in range(2):
        appraising.reopen(actor=personas.office, congress=district.congress, year=YEAR, reason="算错")
    assert not Appraisal.objects.exists()
    assert [row.answered for row in appraising.sheet(district.congress, YEAR).rows] == [2]
    assert AuditEntry.objects.filter(action="suggestions.reopen_appraisal").count() == 1


def test_the_workbook_has_numbers_to_go_on_with(personas, district, signed_in):
    answered(personas, district, "A", Grade.SATISFIED, talked=True)
    RuleProfile.objects.update(least_sample=1)
    other = OrganisationFactory(code="ABC", name="=榕江区农业农村局", kind="handling_unit", area=district.area)
    accepted(personas)
    response = signed_in(personas.office).get(f"/suggestions/appraisal/export.xlsx?year={YEAR}")
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert rows[0][:5] == ("名次", "承办单位编号", "承办单位", "答复件数", "按期答复（权重20）")
    assert rows[1:] == [(1, "JTJ", "榕江区交通运输局", 1, 100, 100, 100, 100, None, None, 100, None)]
    assert AuditEntry.objects.filter(action="suggestions.export_appraisal", target_ref=str(YEAR)).count() == 1
    assert signed_in(personas.unit).get("/suggestions/appraisal/export.xlsx").status_code == 403
    assert other.name.startswith("=")
