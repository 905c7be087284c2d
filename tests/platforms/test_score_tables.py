"""The shipped score table, its versions, and how staff edit them."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from congress import figures
from congress.errors import DomainError
from congress.models import AuditEntry
from platforms.defaults.score_table import ship
from platforms.enums import Subject
from platforms.models import DeductionRule, Grade, ScoreItem, ScoreTable, StandardItem
from platforms.services import tables
from tests.platforms import playing

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped(db):
    return ScoreTable.objects.get(version=1)


class TestTheShippedTable:
    def test_has_a_hundred_points_and_ten_more(self, shipped):
        assert tables.sums(shipped) == {"platform": 50, "area": 50, "bonus": 10}
        assert (shipped.is_current, shipped.platform_weight, shipped.bonus_cap) == (True, Decimal("0.5"), 10)
        assert tables.fault(shipped) == ""

    def test_groups_and_points(self, shipped):
        groups = {}
        for item in shipped.items.all():
            groups[item.group] = groups.get(item.group, 0) + item.max_score
        assert groups == {
            "阵地硬件“十有”": 20, "“两展示”": 5, "册簿档软件": 15, "接待选民日": 10, "双联系": 10, "代表小组活动": 10,
            "学习培训": 5, "述职评议": 5, "三个一、六个一": 10, "建议督办": 10, "加分项": 10,
        }  # fmt: skip
        assert list(shipped.grades.values_list("name", "minimum")) == [("优秀", 90), ("良好", 80), ("一般", 60), ("较差", 0)]
        assert list(shipped.deduction_rules.values_list("name", "points", "trigger")) == [
            ("迟报", 1, "late"), ("记录不实", 5, ""), ("未整改", 2, "unrectified"),
        ]  # fmt: skip

    def test_asks_only_for_standards_that_are_shipped(self, shipped):
        arguments = set(shipped.items.filter(figure="platforms.standard_item").values_list("figure_argument", flat=True))
        assert len(arguments) == 12
        assert arguments <= set(StandardItem.objects.values_list("code", flat=True))

    def test_figures_answer_for_the_items_subject(self, shipped):
        for item in shipped.items.exclude(figure=""):
            figure = figures.find(item.figure)
            assert figure is None or figure.subject == item.subject, item.code

    def test_says_what_earns_the_points_and_what_is_looked_at(self, shipped):
        assert not shipped.items.filter(criteria="").exists()
        assert not shipped.items.filter(evidence="").exists()

    def test_is_shipped_once(self, shipped):
        assert ship(ScoreTable, ScoreItem, DeductionRule, Grade) is False
        assert ScoreTable.objects.count() == 1


class TestVersions:
    def test_a_new_version_is_a_copy_open_to_change(self, shipped, personas, district):
        playing.open_round(personas)
        shipped.refresh_from_db()
        assert shipped.frozen_at is not None
        made = tables.new_version(actor=personas.office, table=shipped)
        assert (made.version, made.name, made.is_current, made.frozen_at) == (2, "镇（街道）人大工作考评细则（第2版）", False, None)
        fields = ("code", "name", "subject", "max_score", "figure", "figure_argument", "criteria")
        assert list(made.items.values_list(*fields)) == list(shipped.items.values_list(*fields))
        assert (made.deduction_rules.count(), made.grades.count()) == (3, 4)
        assert ScoreTable.objects.current() == shipped

    def test_one_is_current_at_a_time(self, shipped, personas):
        made = tables.new_version(actor=personas.office, table=shipped)
        for _ in range(2):
            tables.make_current(actor=personas.office, table=made)
        assert list(ScoreTable.objects.filter(is_current=True)) == [made]
        assert AuditEntry.objects.filter(action="platforms.make_table_current").count() == 1

    def test_one_that_no_round_could_start_with_does_not_become_current(self, shipped, personas):
        made = tables.new_version(actor=personas.office, table=shipped)
        made.items.filter(subject=Subject.AREA).delete()
        with pytest.raises(DomainError, match="没有镇（街道）的考评项目，无法计算镇（街道）得分。请修改后再设为现行。"):
            tables.make_current(actor=personas.office, table=made)

    def test_are_the_offices(self, shipped, personas):
        for user in (personas.leader, personas.town1):
            with pytest.raises(PermissionDenied):
                tables.new_version(actor=user, table=shipped)
            with pytest.raises(PermissionDenied):
                tables.make_current(actor=user, table=shipped)


class TestAdmin:
    def test_is_the_offices(self, shipped, personas, signed_in):
        url = reverse("admin:platforms_scoretable_change", args=[shipped.pk])
        opened = {name for name, user in personas.all().items() if signed_in(user).get(url).status_code == 200}
        assert opened == {"office"}

    def test_shows_the_sums(self, shipped, personas, signed_in):
        page = signed_in(personas.office).get(reverse("admin:platforms_scoretable_changelist")).content.decode()
        assert "平台项目合计" in page
        assert page.count('class="field-platform_sum">50<') == 1

    def test_a_frozen_table_can_only_be_read(self, shipped, personas, district, signed_in):
        playing.open_round(personas)
        client = signed_in(personas.office)
        url = reverse("admin:platforms_scoretable_change", args=[shipped.pk])
        page = client.get(url).content.decode()
        assert "本版已用于考评，不再修改。" in page
        assert 'name="_save"' not in page
        assert client.post(url, {"name": "改名"}).status_code == 403
        assert client.post(reverse("admin:platforms_scoretable_delete", args=[shipped.pk])).status_code == 403
        shipped.refresh_from_db()
        assert shipped.name == "镇（街道）人大工作考评细则（第1版）"

    def test_saves_as_a_new_version_from_the_list(self, shipped, personas, signed_in):
        client, url = signed_in(personas.office), reverse("admin:platforms_scoretable_changelist")
        client.post(url, {"action": "save_as_new_version", "_selected_action": [shipped.pk]})
        made = ScoreTable.objects.get(version=2)
        client.post(url, {"action": "make_current", "_selected_action": [made.pk]})
        assert ScoreTable.objects.current() == made

    def test_refuses_a_limit_it_cannot_read_and_a_figure_of_another_subject(self, shipped, personas, signed_in):
        from platforms.admin.tables import ItemForm, TableForm

        form = TableForm({"self_scoring_limit": "五天", "score_step": "0"}, instance=shipped)
        assert form.errors["self_scoring_limit"] == [
            "期限“五天”无法识别。请写作 10wd（10 个工作日）、3m（3 个月）或 30d（30 日），数字为 1 至 999。"
        ]
        assert form.errors["score_step"] == ["打分间隔应大于0。"]
        form = ItemForm({"subject": "area", "figure": "platforms.standard_item"})
        assert form.errors["figure"] == ["“标准项目达标”不是按镇（街道）统计的指标（统计对象：平台）。"]

    def test_keeps_a_figure_nobody_has_registered(self, shipped):
        from platforms.admin.tables import ItemForm

        item = shipped.items.get(code="A06")
        item.figure = "elsewhere.settled"
        assert ("elsewhere.settled", "尚未启用（elsewhere.settled）") in ItemForm(instance=item).fields["figure"].choices
