"""The dossier: what it tells, of how many at what price, who opens and prints it, on a page and on paper."""

import datetime
import io
from decimal import Decimal

import pdfplumber
import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from congress import figures
from congress.documents import registry
from congress.documents.renderer import to_html
from congress.errors import DomainError
from congress.models import AuditEntry, Document, DocumentBatch
from congress.periods import Period
from congress.services.documents import render, render_batch, retry
from deputies import dossier
from deputies.dossier import Duty, Fulfilment, Line, Section, cn
from deputies.enums import DeedState, DutyState, EndReason, MandateStatus
from deputies.models import Deed, Deputy, LiaisonRecord, Mandate, MandateChange, Opinion, PeerRule, PointRule, VoterContact
from deputies.services import dossiers, points
from deputies.services.contacts import correct
from deputies.services.notebooks import batch_key
from tests.deputies import duty
from tests.deputies.contacts import make_people
from tests.deputies.dossiers import colleagues, counting, honour, meet
from tests.factories import (
    DeputyFactory,
    DeputyLiaisonFactory,
    MandateFactory,
    MembershipFactory,
    StandingMemberFactory,
    VoterLiaisonFactory,
)
from tests.factories.opinions import OpinionFactory

pytestmark = pytest.mark.django_db
Y2025 = Period.year(2025)


@pytest.fixture
def people(district, personas):
    return make_people(district, personas)


def collected(deputy, period=Y2025):
    return dossiers.collect(list(dossiers.with_mandates().filter(pk=deputy.pk)), period)[deputy.pk]


def lines(deputy, key, period=Y2025):
    (part,) = (part for part in collected(deputy, period).parts if part.section.key == key)
    return [(line.day, line.text, line.note, line.url) for line in part.lines]


def flat(text):
    return text.replace("\n", "").replace(" ", "")


def text_of(data):
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return [page.extract_text() for page in pdf.pages], {(round(page.width), round(page.height)) for page in pdf.pages}


# ---- what it tells


def test_contacts_and_opinions_of_the_period(people, district, personas):
    meet(people.mo, district, 1, text="路灯坏了。" * 40)
    meet(people.mo, district, 1, year=2024)
    shared = VoterContact.objects.filter(at__year=2025).get()
    shared.deputies.add(people.wei)
    shared.result = "已转告村委会。"
    shared.save()
    ((day, text, note, url),) = lines(people.mo, "contacts")
    at = timezone.localtime(shared.at)
    assert (day, note, url) == (f"2025年3月{at.day}日", "", f"/contacts/{shared.code}/")
    assert text.startswith("走访，东岭镇榕树下，2人。路灯坏了。") and text.endswith("…（当场答复：已转告村委会。）")
    assert lines(people.wei, "contacts") == lines(people.mo, "contacts") and lines(people.tang, "contacts") == []
    opinion = OpinionFactory(area=district.town1, text="路灯坏了", created_by=personas.town1)
    opinion.deputies.add(people.mo, people.wei)
    Opinion.objects.filter(pk=opinion.pk).update(created_at=timezone.make_aware(datetime.datetime(2025, 5, 4, 9)))
    assert lines(people.mo, "opinions") == [("2025年5月4日", "路灯坏了", "已记录", f"/opinions/{opinion.code}/")]
    assert len(lines(people.wei, "opinions")) == 1


def test_a_duty_report_stands_with_its_announced_result(district, personas):
    seats, today, before = duty.make_seats(district), timezone.localdate(), duty.yesterday()
    days = Period.span(before, today)
    held = duty.plan(personas.town1, seats, mandates=[seats.mo], planned_on=before)
    assert lines(seats.mo.deputy, "duty_reports", days) == []
    duty.hold(personas.town1, held, held_on=before)
    announced = duty.announce_on_paper(personas.town1, seats, mandates=[seats.wei])
    said = "东岭第一选区述职会，现场述职，到会选民42人。"
    assert lines(seats.mo.deputy, "duty_reports", days) == [(cn(before), said, "", f"/duty-reports/{held.code}/")]
    assert lines(seats.wei.deputy, "duty_reports", days) == [(cn(today), said, "满意率95%", f"/duty-reports/{announced.code}/")]
    assert lines(seats.wei.deputy, "duty_reports") == lines(seats.tang.deputy, "duty_reports", days) == []


def test_honours_and_approved_deeds(people, personas):
    honour(people.mo)
    for state, code in ((DeedState.APPROVED, "SJ-1"), (DeedState.SUBMITTED, "SJ-2")):
        Deed.objects.create(
            code=code,
            deputy=people.mo,
            title=code,
            story="多年如一日。",
            on=datetime.date(2025, 4, 1),
            state=state,
            written_by=personas.town1,
        )
    assert lines(people.mo, "honours") == [("2025年12月18日", "“优秀人大代表”，榕江区人大常委会", "区级", "")]
    assert lines(people.mo, "deeds") == [("2025年4月1日", "SJ-1：多年如一日。", "", "/deeds/SJ-1/")]


def test_both_ends_of_a_liaison_and_no_voter_by_name(people, district):
    member = StandingMemberFactory(mandate=people.tang.mandates.get())
    link = DeputyLiaisonFactory(member=member, deputy=people.mo)
    LiaisonRecord.objects.create(liaison=link, on=datetime.date(2025, 2, 3), heard="水渠堵了。", entered_by=people.mo.user)
    VoterLiaisonFactory.create_batch(2, deputy=people.mo)
    assert [line[:2] for line in lines(people.mo, "liaisons")] == [
        ("2022年1月1日起", "常委会委员唐海燕固定联系"),
        ("2025年2月3日", "常委会委员唐海燕联系本人：水渠堵了。"),
        ("统计时", "固定联系选民2名"),
    ]
    assert [line[1] for line in lines(people.tang, "liaisons")] == ["作为常委会委员固定联系代表代表莫", "联系代表代表莫：水渠堵了。"]


def test_groups_and_changes_of_mandates(people, personas):
    left = MembershipFactory(deputy=people.mo, ends_on=datetime.date(2025, 3, 1))
    MembershipFactory(deputy=people.mo, ends_on=datetime.date(2024, 3, 1))
    assert lines(people.mo, "groups") == [("2021年10月8日至2025年3月1日", left.group.name, "组员", f"/groups/{left.group.code}/")]
    change = {"status": MandateStatus.SUSPENDED, "reason": EndReason.CRIMINAL_CASE, "note": "第四十一次会议公告"}
    MandateChange.objects.create(mandate=people.mo.mandates.get(), on=datetime.date(2025, 7, 1), **change)
    ((day, text, note, _),) = lines(people.mo, "changes")
    assert (day, note) == ("2025年7月1日", "第四十一次会议公告")
    assert text == "榕江区人大第8届代表资格暂停执行职务：因刑事案件被羁押正在受侦查、起诉、审判"


def test_a_term_is_a_period_like_any_other(people, district):
    meet(people.mo, district, 2, year=2023)
    meet(people.mo, district, 1, year=2025)
    term = Period.span(datetime.date(2021, 9, 28), datetime.date(2025, 12, 31))
    found = collected(people.mo, term)
    assert found.numbers[0].value == 3 and len(lines(people.mo, "contacts", term)) == 3
    assert found.numbers[0].url == f"/contacts/?deputy={people.mo.code}&period=20210928-20251231"


def test_every_number_leads_to_as_many_records(people, district, personas, signed_in):
    meet(people.mo, district, 3)
    honour(people.mo)
    Deed.objects.create(
        code="SJ-1",
        deputy=people.mo,
        title="修渠",
        story="修渠。",
        on=datetime.date(2025, 4, 1),
        state="approved",
        written_by=personas.town1,
    )
    office, checked = signed_in(personas.office), 0
    for number in collected(people.mo).numbers:
        assert bool(number.url) == bool(number.value)
        if number.url:
            assert office.get(number.url)["X-Total-Count"] == str(number.value)
            checked += 1
    assert checked == 3
    assert office.get(f"/honours/?deputy={people.mo.code}&period=2024")["X-Total-Count"] == "0"
    assert office.get("/deeds/?deputy=D-WEI&period=2025")["X-Total-Count"] == "0"
    assert office.get("/deeds/?period=nonsense")["X-Total-Count"] == "1"


# ---- what the floors above add


@pytest.fixture
def registered(monkeypatch):
    """Registries of this test's own."""
    monkeypatch.setattr(dossier, "_sections", dict(dossier._sections))
    monkeypatch.setattr(dossier, "_duties", {})


def test_a_section_of_a_higher_floor_stands_in_its_place(people, registered):
    on = datetime.date(2025, 5, 1)
    courses = Section("courses", "在线课程", 160, lambda ids, period: {people.mo.pk: [Line(on, "预算审查培训")]}, "次")
    assert dossier.register(courses) is dossier.register(courses)
    with pytest.raises(ValueError, match="registered twice"):
        dossier.register(Section("courses", "课程", 1, lambda ids, period: {}))
    keys = [part.section.key for part in collected(people.mo).parts]
    assert keys[:3] == ["contacts", "opinions", "courses"]
    assert lines(people.mo, "courses") == [("2025年5月1日", "预算审查培训", "", "")]


def test_duties_are_those_of_the_registered_sources(people, registered, personas, signed_in):
    address = f"/deputies/{people.mo.code}/dossier/?period=2025"
    assert collected(people.mo).duties == ()
    assert "本时段没有规定的任务。" in signed_in(personas.deputy).get(address).content.decode()
    done = {
        people.mo.pk: Fulfilment(Decimal(1), Decimal(1), DutyState.MET, "届内", "/records/"),
        people.wei.pk: Fulfilment(Decimal(0), Decimal(1), DutyState.SHORT, "届内"),
    }
    dossier.register_duties("three", lambda ids, period: [Duty("sit_in", "列席常委会会议", "次", done)])
    ((owed,), (short,)) = (collected(deputy).duties for deputy in (people.mo, people.wei))
    assert (owed.fulfilment.state, short.fulfilment.state) == (DutyState.MET, DutyState.SHORT)
    assert collected(people.tang).duties == ()
    page = signed_in(personas.deputy).get(address).content.decode()
    assert "列席常委会会议" in page and 'href="/records/"' in page and "已完成" in page and "本时段没有规定的任务。" not in page
    html = to_html(Document(kind="dossier", subject=people.mo.code, batch=DocumentBatch(key=batch_key("dossier", Y2025, "print"))))
    assert "届内不少于1次" in html and "✓ 已完成" in html


# ---- its price


def questions():
    """Two for each registered section and figure about deputies, and ten for the duties, at the most."""
    return 2 * (len(dossier.sections()) + len(points.about_deputies())) + 10


def test_three_cost_as_many_queries_as_one(people, district, personas):
    everyone = [people.mo, people.wei, people.tang, *colleagues(district, 9)]
    for deputy in everyone:
        meet(deputy, district, 2)
        honour(deputy)
        MembershipFactory(deputy=deputy)
        VoterLiaisonFactory(deputy=deputy)
        DeputyLiaisonFactory(deputy=deputy)
    counts = []
    for some in (everyone[:1], everyone[:3], everyone):
        deputies = list(dossiers.with_mandates().filter(pk__in=[deputy.pk for deputy in some]))
        with CaptureQueriesContext(connection) as caught:
            found = dossiers.collect(deputies, Y2025)
        assert all(len(found[deputy.pk].parts[0].lines) == 2 for deputy in some)
        counts.append(len(caught))
    assert len(set(counts)) == 1 and counts[0] <= 5 + questions()


def test_the_page_asks_the_same_few_questions_for_few_records_and_many(people, district, personas, signed_in):
    client, counts = signed_in(personas.town1), []
    for more in (1, 2, 30):
        meet(people.mo, district, more)
        colleagues(district, more)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/deputies/{people.mo.code}/dossier/?period=2025").status_code == 200
        counts.append(len(caught))
    # It is a view over everything, so more than a list's fifteen: the page's own, and those of what the floors register.
    assert len(set(counts)) == 1 and counts[0] <= 15 + questions()


def test_a_batch_is_prepared_at_once(people, district, personas):
    colleagues(district, 12)
    batch = dossiers.request_dossiers(actor=personas.office, period=Y2025)
    rows = list(batch.documents.order_by("position"))
    assert len(rows) == 15
    kind = registry.find("dossier")
    with CaptureQueriesContext(connection) as first:
        kind.build(rows[0])
    counts = []
    for row in rows[1:]:
        with CaptureQueriesContext(connection) as caught:
            assert kind.build(row)["deputy"].code == row.subject
        counts.append(len(caught))
    assert set(counts) == {1}  # whose portal it is; the rest was read with the first
    assert len(first) <= 10 + questions()
    with CaptureQueriesContext(connection) as again:
        kind.build(rows[3])
    assert len(again) == len(first)  # given out once: a document that comes again is read anew


def test_a_corrected_name_is_printed_when_a_document_is_tried_again(people, personas):
    Deputy.objects.filter(pk=people.wei.pk).update(name="韦\U0010fffd")
    batch = dossiers.request_dossiers(actor=personas.office, period=Y2025)
    render_batch(batch)
    failed = batch.documents.get(state="failed")
    assert failed.subject == "D-WEI" and "U+10FFFD" in failed.error
    Deputy.objects.filter(pk=people.wei.pk).update(name="韦桂兰")
    assert retry(actor=personas.office, batch=batch) == 1
    assert render(failed.pk) == "ready"


# ---- asking for it


def test_unchanged_records_give_the_same_batch(people, district, personas):
    meet(people.mo, district, 1)
    first = dossiers.request_dossier(actor=personas.deputy, deputy=people.mo, period=Y2025)
    assert dossiers.request_dossier(actor=personas.deputy, deputy=people.mo, period=Y2025) == first
    row = first.documents.get()
    assert (row.kind, row.subject, row.title) == ("dossier", people.mo.code, "代表莫代表履职档案（2025年）")
    all_of_it = dossiers.request_dossiers(actor=personas.office, period=Y2025)
    assert dossiers.request_dossiers(actor=personas.office, period=Y2025) == all_of_it
    contact = people.mo.contacts.get()
    correct(actor=personas.town1, contact=contact, version=contact.version, reason="改", text="水渠堵了。")
    assert dossiers.request_dossier(actor=personas.deputy, deputy=people.mo, period=Y2025) != first
    assert dossiers.request_dossiers(actor=personas.office, period=Y2025) != all_of_it
    PointRule.objects.filter(figure="deputies.contacts").update(needed=1)
    assert DocumentBatch.objects.count() == 4
    dossiers.request_dossier(actor=personas.deputy, deputy=people.mo, period=Y2025)
    assert DocumentBatch.objects.count() == 5
    assert AuditEntry.objects.filter(action="congress.request_documents").count() == 5


def test_a_batch_holds_those_in_office(people, district, personas):
    Mandate.objects.filter(deputy=people.wei).update(
        status=MandateStatus.ENDED, ends_on=datetime.date(2025, 6, 1), end_reason=EndReason.RESIGNED
    )
    batch = dossiers.request_dossiers(actor=personas.office, period=Y2025)
    assert batch.title == "2025年代表履职档案（2份）"
    assert set(batch.documents.values_list("subject", flat=True)) == {people.mo.code, "D-TANG"}
    town = dossiers.request_dossiers(actor=personas.town2, period=Y2025, area=district.town2)
    assert (town.title, town.documents.get().subject) == ("2025年代表履职档案（1份，西塘镇）", "D-TANG")
    with pytest.raises(DomainError, match="红星华侨农场没有在任代表"):
        dossiers.request_dossiers(actor=personas.farm1, period=Y2025, area=district.farm1)


def test_nobody_asks_for_what_is_not_theirs(people, district, personas):
    for person in (personas.town2, personas.unit, personas.visitor, personas.sysadmin):
        with pytest.raises(PermissionDenied):
            dossiers.request_dossier(actor=person, deputy=people.mo, period=Y2025)
    for person, area in (
        (personas.town1, district.town2),
        (personas.town1, None),
        (personas.deputy, district.town1),
        (personas.unit, None),
    ):
        with pytest.raises(PermissionDenied):
            dossiers.request_dossiers(actor=person, period=Y2025, area=area)
    assert not DocumentBatch.objects.exists()


# ---- the pages


def test_a_deputy_has_her_own_and_no_colleagues(people, personas, signed_in):
    client = signed_in(personas.deputy)
    assert "我的履职档案" in client.get(f"/deputies/{people.mo.code}/dossier/").content.decode()
    for address in ("/", "/me/", f"/deputies/{people.mo.code}/"):
        assert f"/deputies/{people.mo.code}/dossier/" in client.get(address).content.decode()
    MandateFactory(deputy=DeputyFactory(code="D-NEAR"), term=people.mo.mandates.get().term, area=people.mo.mandates.get().area)
    assert client.get("/deputies/D-NEAR/dossier/").status_code == 403
    assert client.get("/deputies/D-TANG/dossier/").status_code == 404
    assert "/dossier/" not in client.get("/deputies/D-NEAR/").content.decode()
    assert client.post(f"/deputies/{people.mo.code}/dossier/print/", {"period": "2025"}).status_code == 302
    assert "/dossier/" in signed_in(personas.town1).get("/deputies/").content.decode()


def test_the_page_shows_points_beside_peers_only_where_there_are_enough(people, district, personas, signed_in):
    client = signed_in(personas.town1)
    address = f"/deputies/{people.mo.code}/dossier/?period=2025"
    meet(people.mo, district, 6)
    assert "区代表：同级代表不足10名，不作比较。" in client.get(address).content.decode()
    PeerRule.objects.update(least_peers=3)
    page = client.get(address).content.decode()
    assert "区代表：在任同级代表3名，平均1.67分，本人5分，列第1名。" in page
    assert f'href="/contacts/?deputy={people.mo.code}&amp;period=2025">6 次</a>' in page
    assert page.count("暂无数据</span>") == sum(figures.find(rule.figure) is None for rule in PointRule.objects.all())
    assert "本时段没有以下记录：反映选民意见、参加代表活动、学习培训、接待选民、民情反映会、提出议案建议、向选民述职、" in page


def test_the_period_is_chosen_and_a_wrong_one_told(people, personas, signed_in):
    client = signed_in(personas.office)
    address = f"/deputies/{people.mo.code}/dossier/"
    this = timezone.localdate()
    page = client.get(address).content.decode()
    assert f'<option value="{this.year}" selected>' in page and '<option value="2021">' in page and "本届（2021年起）</option>" in page
    assert f'value="20210928-{this:%Y%m%d}"' in client.get(f"{address}?period=term").content.decode()
    assert '<option value="2025Q3" selected>2025年第三季度' in client.get(f"{address}?period=2025Q3").content.decode()
    wrong = client.get(f"{address}?period=<今年>").content.decode()
    assert "“&lt;今年&gt;”不是时段，已显示本年度的履职档案。" in wrong and f'<option value="{this.year}" selected>' in wrong
    for early in (f"{this.year + 1}", "2199"):
        told = client.get(f"{address}?period={early}").content.decode()
        assert f"{early}年还没有开始，已显示本年度的履职档案。" in told and f'<option value="{this.year}" selected>' in told
    with pytest.raises(DomainError, match="还没有开始，没有履职档案。"):
        collected(people.mo, Period.year(this.year + 1))


def test_a_town_prints_its_own(people, district, personas, signed_in):
    client = signed_in(personas.town1)
    page = client.get("/dossiers/").content.decode()
    assert "东岭镇</option>" in page and "西塘镇</option>" not in page and "全区" not in page
    assert client.post("/dossiers/", {"period": "2025", "area": district.town2.code}).status_code == 422
    answer = client.post("/dossiers/", {"period": "2025", "area": district.town1.code})
    assert answer.status_code == 302 and answer.url.startswith("/documents/dossier-2025-")
    progress = client.get(answer.url).content.decode()
    assert "已生成 0 份，共 2 份" in progress and "全部下载" not in progress
    render_batch(DocumentBatch.objects.get())
    assert "2 份文件已全部生成" in client.get(answer.url).content.decode()
    assert "2025年代表履职档案（2份，东岭镇）" in client.get("/dossiers/").content.decode()
    assert signed_in(personas.town2).get(answer.url).status_code == 404
    assert client.post("/dossiers/", {"period": "1999", "area": district.town1.code}).status_code == 422
    empty = signed_in(personas.farm1).post("/dossiers/", {"period": "2025", "area": district.farm1.code})
    assert empty.status_code == 422 and "红星华侨农场没有在任代表" in empty.content.decode()


def test_the_office_prints_the_whole_district(people, personas, signed_in):
    client = signed_in(personas.office)
    assert "全区</option>" in client.get("/dossiers/").content.decode()
    assert client.post("/dossiers/", {"period": "2025"}).status_code == 302
    assert DocumentBatch.objects.get().documents.count() == 3


# ---- the table in the staff admin


def rule_form(**fields):
    given = {
        "position": "5", "label": "走访选民", "figure": "deputies.contacts", "argument": "visit", "level": "",
        "needed": "1", "base": "1", "per_extra": "1", "cap": "5", "is_active": "on",
    }  # fmt: skip
    return {**given, **fields}


def test_a_rule_is_entered_with_a_registered_figure(personas, signed_in, monkeypatch):
    counting(monkeypatch, "activities.forms", {})
    client, address = signed_in(personas.office), "/admin/deputies/pointrule/add/"
    page = client.get(address).content.decode()
    assert '<option value="deputies.contacts">联系选民（deputies.contacts）' in page and "deputies.voter_contacts" not in page
    assert client.post(address, rule_form(figure="activities.forms", argument=" research， inspection ,")).status_code == 302
    made = PointRule.objects.get(label="走访选民")
    assert (made.argument, made.cap) == ("research,inspection", 5)
    assert AuditEntry.objects.filter(action="deputies.create_pointrule", target_ref=str(made.pk)).exists()
    for wrong, sentence in (
        ({"figure": "platforms.gaps"}, "选择一个有效的选项"),
        ({"cap": "0"}, "封顶分不能低于基础分。"),
        ({"argument": "phone", "needed": "0"}, "大于或等于"),
        ({"figure": "activities.forms", "argument": "research,inspection"}, "同一指标、限定和层级已有一条规则"),
    ):
        answer = client.post(address, rule_form(**wrong))
        assert answer.status_code == 200 and sentence in answer.content.decode(), wrong
    assert PointRule.objects.count() == 13


def test_a_rule_whose_figure_is_not_there_yet_is_kept(personas, signed_in):
    rule = PointRule.objects.first()
    PointRule.objects.filter(pk=rule.pk).update(figure="elsewhere.hours", argument="")
    client, address = signed_in(personas.office), f"/admin/deputies/pointrule/{rule.pk}/change/"
    assert "尚未启用（elsewhere.hours）" in client.get(address).content.decode()
    answer = client.post(address, rule_form(label="学习", figure="elsewhere.hours", argument=""))
    assert answer.status_code == 302
    rule.refresh_from_db()
    assert (rule.label, rule.figure) == ("学习", "elsewhere.hours")


# ---- on paper


def test_the_command_prints_an_a4_file(people, district, tmp_path, capsys, monkeypatch):
    Deputy.objects.filter(pk=people.mo.pk).update(name="莫㛃𠮷", position="上岭村党支部书记")
    meet(people.mo, district, 70, text="卫生室缺降压药𠮷，请来看看，老人等着用。")
    honour(people.mo)
    PeerRule.objects.update(least_peers=3)
    counting(monkeypatch, "activities.training_hours", {people.mo.pk: 6}, unit="学时")
    out = tmp_path / "档案" / "履职.pdf"
    call_command("print_document", "dossier", people.mo.code, period="2025", out=out)
    pages, sizes = text_of(out.read_bytes())
    assert sizes == {(595, 842)} and len(pages) == 4
    assert f"{len(pages)} 页" in capsys.readouterr().out
    words = flat("".join(pages))
    for told in (
        "榕江区人民代表大会代表履职档案（2025年）",
        "上岭村党支部书记",
        "榕江区人大第8届上岭村第",
        "联系选民70次",
        "满4次得4分，每多1次加0.5分",
        "学习培训6学时38满4学时得2分，每多1学时加0.5分",
        "合计19100",
        "区代表：在任同级代表3名，平均6.33分，本人19分，列第1名。",
        "履职任务（三个一等）任务要求完成情况",
        "“优秀人大代表”，榕江区人大常委会区级",
        "记录截至2025年12月31日",
    ):
        assert told in words, told
    assert all(page.startswith(f"代表履职档案 莫㛃𠮷 2025年 代表编号：{people.mo.code}") for page in pages[1:])
    assert pages[2].splitlines()[1] == "联系选民 70次"  # the head of a table that runs on
    first = out.read_bytes()
    call_command("print_document", "dossier", people.mo.code, period="2025", out=out)
    assert out.read_bytes() == first


def test_an_empty_dossier_says_so(people, tmp_path):
    out = tmp_path / "x.pdf"
    bare = DeputyFactory(code="D-BARE")
    call_command("print_document", "dossier", "D-BARE", period="2025", out=out)
    words = flat("".join(text_of(out.read_bytes())[0]))
    assert "没有登记代表资格。" in words and "本时段没有代表资格，不作比较。" in words and "本时段系统中没有登记履职记录。" in words
    assert bare.name in words
    with pytest.raises(CommandError, match="没有编号为“NOBODY”的代表"):
        call_command("print_document", "dossier", "NOBODY", period="2025", out=out)


def test_who_may_open_the_file(people, personas, signed_in):
    batch = dossiers.request_dossier(actor=personas.deputy, deputy=people.mo, period=Y2025)
    render_batch(batch)
    expected = {"deputy": 200, "town1": 200, "office": 200, "leader": 200, "town2": 404, "unit": 404, "visitor": 404}
    got = {name: signed_in(getattr(personas, name)).get(f"/documents/{batch.key}/1/").status_code for name in expected}
    assert got == expected
