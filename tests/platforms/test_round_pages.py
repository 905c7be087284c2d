"""The pages of a round, as people use them."""

from __future__ import annotations

import datetime
import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from congress.models import AuditEntry
from platforms.enums import AssignmentState, ObjectionState, RectificationState, RoundState
from platforms.models import AssessmentRound, CrossAssignment, ItemScore, Objection, Rectification
from platforms.services import publishing
from tests.platforms import playing


@pytest.fixture
def round(district, personas, score_table) -> AssessmentRound:
    """2026Q3, just opened; town2 assesses town1, street1 town2, farm1 street1, and town1 farm1."""
    playing.make_platforms(district)
    made = playing.open_round(personas)
    towns = {
        district.town1: district.town2,
        district.town2: district.street1,
        district.street1: district.farm1,
        district.farm1: district.town1,
    }
    for area, assessor in towns.items():
        made.assignments.filter(area=area).update(assessor=assessor)
    until = timezone.localdate() + datetime.timedelta(days=9)
    made.self_scoring_until = made.cross_scoring_until = made.sign_off_until = until
    made.save()
    return made


def photo() -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("RGB", (12, 9), "#9b2424").save(picture, "JPEG")
    return SimpleUploadedFile("现场.jpg", picture.getvalue(), "image/jpeg")


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# ---- opening and arranging


def test_opening_shows_what_it_lays_out_and_does_it(district, personas, score_table, signed_in):
    playing.make_platforms(district)
    office = signed_in(personas.office)
    page = office.get("/rounds/open/")
    assert page.context["platforms"] == 4 and len(page.context["units"]) == 4
    assert page.context["rows"] == 4 * 2 + 4 * 3
    period = page.context["choices"][0]
    answer = office.post("/rounds/open/", {"period": period.code})
    assert answer.url == f"/rounds/{period.code}/"
    assert ItemScore.objects.filter(assessment__round__code=period.code).count() == 20
    assert period.code not in [each.code for each in office.get("/rounds/open/").context["choices"]]


def test_a_quarter_that_is_not_offered_is_refused(personas, score_table, signed_in):
    answer = signed_in(personas.office).post("/rounds/open/", {"period": "2020Q1"})
    assert answer.status_code == 409
    assert not AssessmentRound.objects.exists()


def test_drawing_again_names_what_it_replaces_first(round, personas, signed_in):
    office = signed_in(personas.office)
    seed = round.seed
    page = text_of(office.get("/rounds/2026Q3/draw/"))
    assert "4 组交叉安排" in page and "将作废的安排" in page
    round.refresh_from_db()
    assert round.seed == seed
    assert office.post("/rounds/2026Q3/draw/").url == "/rounds/2026Q3/"
    round.refresh_from_db()
    assert round.seed != seed


def test_an_adjustment_that_makes_units_assess_each_other_stays_on_the_form(round, district, personas, signed_in):
    answer = signed_in(personas.office).post(f"/rounds/2026Q3/areas/{district.town1.code}/assessor/", {"assessor": district.farm1.code})
    assert answer.status_code == 200
    assert "将互相考评" in text_of(answer)
    assert CrossAssignment.objects.get(round=round, area=district.town1).assessor == district.town2


def test_deadlines_out_of_order_stay_on_the_form(round, personas, signed_in):
    days = {"self_scoring_until": "2026-09-10", "cross_scoring_until": "2026-09-01", "sign_off_until": "2026-09-20"}
    answer = signed_in(personas.office).post("/rounds/2026Q3/deadlines/", days)
    assert "依次在后" in text_of(answer) and "2026-09-10" in text_of(answer)


# ---- self-scoring


def sheet_data(round: AssessmentRound, code: str, **typed: str) -> dict[str, str]:
    rows = ItemScore.objects.filter(assessment__round=round, assessment__code=code).select_related("item")
    data = {f"{row.item.code}-version": str(row.version) for row in rows}
    return data | {f"{key.replace('_', '-')}": value for key, value in typed.items()}


def test_a_sheet_saves_its_good_rows_and_keeps_the_bad_ones(round, district, personas, signed_in):
    town1 = signed_in(personas.town1)
    address = f"/rounds/2026Q3/self/{district.town1.code}/"
    data = sheet_data(round, district.town1.code, A1_score="55", A2_score="41", A2_note="台账齐全", B1_note="没有分数")
    answer = town1.post(address, data)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "已保存 1 项，有 2 项没有保存" in page
    assert "应在0至40分之间" in page and 'value="41"' in page and "台账齐全" in page
    assert playing.score_of(round, district.town1.code, "A1").self_score == 55
    assert playing.score_of(round, district.town1.code, "A2").self_score is None
    assert town1.post(address, {**data, "A2-score": "40", "B1-score": "0"}).status_code == 302


def test_submitting_counts_what_is_missing(round, district, personas, signed_in):
    town1 = signed_in(personas.town1)
    area = f"/rounds/2026Q3/areas/{district.town1.code}/"
    assert "还有 7 项没有填" in text_of(town1.get(area))
    answer = town1.post(f"{area}submit-self/", follow=True)
    assert "还有7个项目没有自评分" in text_of(answer)
    playing.score_all_self(round.assignments.get(area=district.town1))
    town1.post(f"{area}submit-self/")
    assert round.assignments.get(area=district.town1).state == AssignmentState.CROSS_SCORING


def test_the_assessed_unit_sees_its_scores_only_once_they_are_signed_off(round, district, personas, signed_in):
    playing.submit_all_self(round)
    playing.submit_all_cross(round, "0.5")
    town1, sheet = signed_in(personas.town1), f"/rounds/2026Q3/sheets/{district.town1.code}/"
    assert not town1.get(sheet).context["sees_cross"]
    assert "交叉评分审定后显示" in text_of(town1.get(sheet))
    playing.sign_all_off(personas, round)
    assert town1.get(sheet).context["sees_cross"]


# ---- cross-scoring on site


@pytest.fixture
def on_site(round, district) -> str:
    """The address of town1's A1, to be scored by town2."""
    playing.submit_all_self(round)
    return f"/rounds/2026Q3/score/{district.town1.code}/A1/"


def test_an_item_is_saved_and_leads_to_the_next(on_site, round, district, personas, signed_in):
    town2 = signed_in(personas.town2)
    page = text_of(town2.get(on_site))
    assert "暂无系统建议" in page and "自评 60 分" in page and "第 1 项" in page
    answer = town2.post(on_site, {"score": "52.5", "problem": "缺两次记录", "version": "1", "photos": photo()})
    assert answer.url == f"/rounds/2026Q3/score/{district.town1.code}/A2/?saved=A1"
    row = playing.score_of(round, district.town1.code, "A1")
    assert (row.cross_score, row.problem, row.scored_by) == (Decimal("52.5"), "缺两次记录", personas.town2)
    assert row.evidence.get().uploaded_by == personas.town2
    assert 'data-draft-done="score-2026Q3-' in town2.get(answer.url).content.decode()


def test_a_departure_without_reason_is_refused_and_keeps_what_was_typed(on_site, round, district, personas, signed_in):
    ItemScore.objects.filter(assessment__round=round, item__code="A1").update(suggested=50, figure_value=1)
    town2 = signed_in(personas.town2)
    answer = town2.post(on_site, {"score": "45", "problem": "缺两次记录", "version": "1"})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "请写明理由" in page and 'value="45"' in page and "缺两次记录" in page
    assert '<div id="reason-box">' in page
    assert playing.score_of(round, district.town1.code, "A1").cross_score is None
    assert town2.post(on_site, {"score": "45", "reason": "抽查缺两次。", "version": "1"}).status_code == 302


def test_the_slower_of_two_keeps_what_was_typed_and_may_send_it_again(on_site, round, district, personas, signed_in):
    town2, assessor = signed_in(personas.town2), signed_in(personas.assessor)
    assert assessor.post(on_site, {"score": "40", "version": "1"}).status_code == 302
    answer = town2.post(on_site, {"score": "50", "problem": "记录不全", "version": "1"})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "考评员周已于" in page and "评为40分" in page
    assert 'value="50"' in page and "记录不全" in page and 'name="version" value="2"' in page
    assert playing.score_of(round, district.town1.code, "A1").cross_score == 40
    town2.post(on_site, {"score": "50", "problem": "记录不全", "version": "2"})
    assert playing.score_of(round, district.town1.code, "A1").cross_score == 50


def test_a_bad_photo_is_told_before_anything_is_saved(on_site, round, district, personas, signed_in):
    bad = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff nothing more", "image/jpeg")
    answer = signed_in(personas.town2).post(on_site, {"score": "60", "version": "1", "photos": bad})
    assert answer.status_code == 422 and "现场.jpg" in text_of(answer)
    assert playing.score_of(round, district.town1.code, "A1").cross_score is None


def test_photos_go_up_at_once(on_site, round, district, personas, signed_in):
    answer = signed_in(personas.town2).post(f"/rounds/2026Q3/sheets/{district.town1.code}/A1/photos/", {"photos": photo()})
    assert answer.status_code == 200 and "1 份" in text_of(answer)
    assert playing.score_of(round, district.town1.code, "A1").evidence.count() == 1


def test_the_list_shows_only_problems_or_only_what_is_missing(on_site, round, district, personas, signed_in):
    town2 = signed_in(personas.town2)
    town2.post(on_site, {"score": "50", "problem": "记录不全", "version": "1"})
    sheet = f"/rounds/2026Q3/score/{district.town1.code}/"
    assert [row.item.code for row in town2.get(f"{sheet}?only=problem").context["rows"]] == ["A1"]
    assert [row.item.code for row in town2.get(f"{sheet}?only=missing").context["rows"]] == ["A2", "B1"]


# ---- sign-off, deductions, objections


@pytest.fixture
def scored(round) -> AssessmentRound:
    playing.submit_all_self(round)
    playing.submit_all_cross(round, "0.8")
    round.refresh_from_db()
    return round


def test_signing_off_some_and_then_all(scored, district, personas, signed_in):
    leader = signed_in(personas.leader)
    assert "请勾选要审定的单位" in text_of(leader.post("/rounds/2026Q3/sign-off/", {"meeting": "主任会议"}))
    leader.post("/rounds/2026Q3/sign-off/", {"area": [district.town1.code], "meeting": "主任会议"})
    scored.refresh_from_db()
    assert scored.state == RoundState.SIGN_OFF
    others = [area.code for area in district.towns]
    assert leader.post("/rounds/2026Q3/sign-off/", {"area": others, "meeting": "主任会议"}).url == "/rounds/2026Q3/"
    scored.refresh_from_db()
    assert (scored.state, scored.meeting) == (RoundState.OBJECTION, "主任会议")


def test_sending_back_needs_a_reason(scored, district, personas, signed_in):
    leader, address = signed_in(personas.leader), f"/rounds/2026Q3/areas/{district.town1.code}/review/"
    assert "请写明退回的理由" in text_of(leader.post(address, {"reason": " "}))
    assert leader.post(address, {"reason": "请补拍照片。"}).status_code == 302
    town2 = signed_in(personas.town2)
    assert "请补拍照片。" in text_of(town2.get(f"/rounds/2026Q3/areas/{district.town1.code}/"))


def test_a_deduction_is_entered_and_taken_back(scored, district, personas, signed_in):
    office, assignment = signed_in(personas.office), scored.assignments.get(area=district.town1)
    rule = scored.table.deduction_rules.get(code="false")
    office.post("/rounds/2026Q3/deductions/", {"area": assignment.pk, "rule": rule.pk, "count": 1, "reason": "事后补记"})
    assert assignment.deductions.get().points == 5
    undo = f"/rounds/2026Q3/deductions/{district.town1.code}/false/1/"
    assert "事后补记" in text_of(office.get(undo))
    office.post(undo, {"confirmed": "1"})
    assert not assignment.deductions.exists()


def test_an_objection_is_raised_with_evidence_and_upheld(scored, district, personas, signed_in):
    playing.sign_all_off(personas, scored)
    AssessmentRound.objects.update(objection_until=timezone.localdate())
    address = f"/rounds/2026Q3/objections/{district.town1.code}/A1/"
    town1, office = signed_in(personas.town1), signed_in(personas.office)
    town1.post(address, {"text": "记录已补齐。", "files": photo()})
    objection = Objection.objects.get()
    assert objection.evidence.count() == 1
    assert "请填写该项目的新得分" in text_of(office.post(f"{address}decision/", {"state": "upheld", "decision": "属实。"}))
    office.post(f"{address}decision/", {"state": "upheld", "decision": "属实。", "score": "60"})
    objection.refresh_from_db()
    assert objection.state == ObjectionState.UPHELD
    assert "属实。" in text_of(town1.get(address))
    assert playing.score_of(scored, district.town1.code, "A1").final_score == 60


# ---- publishing, correcting, putting right


@pytest.fixture
def signed_off(scored, personas) -> AssessmentRound:
    row = playing.score_of(scored, "PT-11", "P1")
    ItemScore.objects.filter(pk=row.pk).update(problem="牌子褪色")
    playing.sign_all_off(personas, scored)
    scored.refresh_from_db()
    return scored


def words(**more: str) -> dict[str, str]:
    return {"number": "榕人办发〔2026〕27号", "issued_on": "2026-10-19", "highlights": "", "problems": "", "demands": "", **more}


def test_publishing_shows_default_words_and_asks_twice(signed_off, personas, signed_in):
    office = signed_in(personas.office)
    page = text_of(office.get("/rounds/2026Q3/publish/"))
    assert "默认写法" in page and "得分率较高" in page and "将印制 11 份文件" in page
    answer = office.post("/rounds/2026Q3/publish/", words(demands="按期整改。"))
    assert "不再改变" in text_of(answer) and 'name="number" value="榕人办发〔2026〕27号"' in text_of(answer)
    signed_off.refresh_from_db()
    assert (signed_off.state, signed_off.demands) == (RoundState.OBJECTION, "按期整改。")
    answer = office.post("/rounds/2026Q3/publish/", words(demands="按期整改。", confirmed="1"))
    assert answer.url == "/rounds/2026Q3/#docs"
    assert signed_off.bulletins.get().number == "榕人办发〔2026〕27号"
    assert office.post("/rounds/2026Q3/publish/", words(confirmed="1")).status_code == 403


def test_within_the_objection_window_publishing_needs_a_reason(signed_off, personas, signed_in):
    AssessmentRound.objects.update(objection_until=timezone.localdate())
    office = signed_in(personas.office)
    answer = office.post("/rounds/2026Q3/publish/", words(confirmed="1"))
    assert answer.status_code == 422 and "请写明提前通报的理由" in text_of(answer)
    office.post("/rounds/2026Q3/publish/", words(confirmed="1", early_reason="各单位均书面表示无异议。"))
    assert signed_off.bulletins.count() == 1


@pytest.fixture
def published(signed_off, personas) -> AssessmentRound:
    publishing.publish(actor=personas.office, round=signed_off, issued_on=datetime.date(2026, 10, 19), on=playing.AFTER)
    signed_off.refresh_from_db()
    return signed_off


def test_the_result_tells_ranks_grades_losses_and_documents(published, personas, signed_in):
    page = text_of(signed_in(personas.deputy).get("/rounds/2026Q3/"))
    assert "2026年第三季度交叉考评结果" in page and "并列 1" in page and "普遍失分的项目" in page
    assert "名次和等次怎么算的" in page and "排队" in page
    office = text_of(signed_in(personas.office).get("/rounds/2026Q3/"))
    assert "平台考评表 4 份" in office and "牌子褪色" in office


def test_a_correction_asks_twice_and_both_versions_can_be_read(published, district, personas, signed_in):
    office, field = signed_in(personas.office), f"{district.town1.code}.A1"
    data = {"area": district.town1.code, "name": "第一次更正", "reason": "漏记一次活动", "number": "", "issued_on": "2026-11-02"}
    assert "请至少填写一个项目" in text_of(office.post("/rounds/2026Q3/corrections/", data))
    ask = text_of(office.post("/rounds/2026Q3/corrections/", {**data, field: "60"}))
    assert "由 48 分改为 60 分" in ask
    assert published.bulletins.count() == 1
    office.post("/rounds/2026Q3/corrections/", {**data, field: "60", "confirmed": "1"})
    assert "第一次更正" in text_of(office.get("/rounds/2026Q3/"))
    first = text_of(office.get("/rounds/2026Q3/?version=1"))
    assert "这一版已由“第一次更正”更正" in first
    assert office.get("/rounds/2026Q3/?version=9").status_code == 404
    assert playing.score_of(published, district.town1.code, "A1").final_score == 48


def test_rectifications_are_filtered_reported_sent_back_and_verified(published, district, personas, signed_in):
    office, town1 = signed_in(personas.office), signed_in(personas.town1)
    found = Rectification.objects.get()
    address = f"/rectifications/{found.code}/"
    Rectification.objects.update(due_on=timezone.localdate() - datetime.timedelta(days=1))
    assert office.get("/rectifications/?state=late")["X-Total-Count"] == "1"
    assert office.get(f"/rectifications/?unit={district.town2.code}")["X-Total-Count"] == "0"
    assert office.get("/rectifications/?q=牌子")["X-Total-Count"] == "1"
    assert "请写明整改情况" in text_of(town1.post(f"{address}report/", {"report": ""}))
    town1.post(f"{address}report/", {"report": "已换新牌。", "files": photo()})
    office.post(f"{address}return/", {"reason": "照片看不清。"})
    assert "照片看不清。" in text_of(town1.get(address))
    town1.post(f"{address}report/", {"report": "已换新牌，重新拍照。"})
    office.post(f"{address}verify/")
    found.refresh_from_db()
    assert (found.state, found.evidence.count()) == (RectificationState.VERIFIED, 1)
    assert AuditEntry.objects.filter(action="platforms.verify_rectification").count() == 1


def test_home_shows_the_round_under_way(round, personas, signed_in):
    for person in (personas.office, personas.leader, personas.town1):
        assert "2026年第三季度交叉考评" in text_of(signed_in(person).get("/"))
    assert "2026年第三季度交叉考评" not in text_of(signed_in(personas.deputy).get("/"))
