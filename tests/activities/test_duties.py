"""The engine of duties: a small district reckoned by hand, states to the letter, and what it costs."""

import datetime
import json
from decimal import Decimal
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.duties import Reckoning, state_of
from activities.duties.reckoning import share_gone
from activities.enums import ActivityKind, ActivityState, ForumState, ParticipationState, ReceptionState
from activities.models import DutyRule, DutyRuleFigure, OpinionForum, ReceptionDay
from congress import figures
from congress.enums import CongressLevel
from congress.periods import Period
from deputies.enums import Channel, DutyReportState, EndReason, MandateStatus
from deputies.models import DutyReport, DutyReportMeeting, VoterContact
from tests import factories
from tests.factories.activities import ActivityFactory, ParticipationFactory

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 8, 10)


def day(text):
    return datetime.date.fromisoformat(text)


def at(text):
    return timezone.make_aware(datetime.datetime.combine(day(text), datetime.time(9)))


def held(kind, on, organiser, *present, **more):
    activity = ActivityFactory(
        kind=kind,
        state=more.pop("state", ActivityState.CLOSED),
        starts_at=at(on),
        ends_at=at(on) + datetime.timedelta(hours=2),
        area=organiser.area,
        organiser=organiser,
        **more,
    )
    for deputy in present:
        ParticipationFactory(activity=activity, deputy=deputy, state=ParticipationState.PRESENT, signed_in_at=at(on))
    return activity


def contact(deputy, area, *days):
    for on in days:
        number = VoterContact.objects.count()
        row = VoterContact.objects.create(
            key=f"k{number}",
            code=f"LX{number}",
            channel=Channel.VISIT,
            at=at(on),
            area=area,
            text="路灯坏了",
            author=factories.UserFactory(),
        )
        row.deputies.add(deputy)


def reception(platform, *days, state=ReceptionState.HELD):
    for on in days:
        ReceptionDay.objects.create(
            code=f"JD-{platform.code}-{on}",
            platform=platform,
            month=day(on).replace(day=1),
            on=on,
            starts_at="09:00",
            ends_at="11:30",
            state=state,
        )


@pytest.fixture
def small(district):
    """Everything that counts, and beside each a near miss: the wrong kind, the wrong time, the wrong place, or not held."""
    d = district
    village = d.villages[1]  # 上岭村 of 东岭镇
    town_congress = factories.CongressFactory(area=d.town1, level=CongressLevel.TOWN)
    town_term = factories.TermFactory(congress=town_congress, number=15, starts_on=day("2021-08-20"))
    ann, ben, cui, dan, eve = (factories.DeputyFactory(code=code) for code in ("D-ANN", "D-BEN", "D-CUI", "D-DAN", "D-EVE"))
    seat = factories.MandateFactory(deputy=ann, term=d.term, area=village)
    late = factories.MandateFactory(deputy=ben, term=d.term, area=d.town1, starts_on=day("2026-07-01"))
    factories.MandateFactory(deputy=cui, term=town_term, area=village, starts_on=day("2021-08-20"))
    factories.MandateFactory(
        deputy=dan, term=d.term, area=d.town1, status=MandateStatus.ENDED, ends_on=day("2026-05-01"), end_reason=EndReason.RESIGNED
    )
    factories.MandateFactory(deputy=eve, term=d.term, area=d.town1, status=MandateStatus.SUSPENDED, end_reason=EndReason.CRIMINAL_CASE)
    K = ActivityKind
    held(K.STANDING_MEETING, "2022-05-10", d.committee, ann, dan)
    held(K.STANDING_MEETING, "2021-09-27", d.committee, ann)  # the day before the term
    held(K.RESEARCH, "2026-02-10", d.town1_office, ann, ben)  # Ben was a guest: his seat began later
    held(K.INSPECTION, "2026-07-20", d.committee, ben)
    absent = held(K.INSPECTION, "2026-07-21", d.committee)
    ParticipationFactory(activity=absent, deputy=ann, state=ParticipationState.ABSENT)
    contact(ann, village, "2025-12-31", "2026-01-05", "2026-03-03", "2026-06-06")
    contact(ben, village, "2026-05-01", "2026-07-15")
    contact(cui, village, "2026-01-05", "2026-02-05", "2026-03-05", "2026-04-05")
    voters = factories.ElectoralDistrictFactory(term=d.term, area=village)
    for code, on, mandate in (("SZ1", "2023-04-01", seat), ("SZ2", "2026-08-01", late)):
        meeting = DutyReportMeeting.objects.create(
            code=code, electoral_district=voters, planned_on=on, held_on=on, state=DutyReportState.HELD
        )
        DutyReport.objects.create(meeting=meeting, mandate=mandate, is_on_site=code == "SZ1")  # Ben's was in writing
    many = factories.StandingMemberFactory(mandate=seat)
    few = factories.StandingMemberFactory(mandate=late, starts_on=day("2026-07-10"))
    for _ in range(4):
        factories.DeputyLiaisonFactory(member=many)
    factories.DeputyLiaisonFactory(member=few, starts_on=day("2026-07-10"))
    factories.DeputyLiaisonFactory(member=few, starts_on=day("2026-07-10"), ends_on=day("2026-08-01"))
    first = factories.GroupFactory(code="G1", term=d.term, area=d.town1)
    second = factories.GroupFactory(code="G2", term=d.term, area=d.town1, starts_on=day("2026-05-20"))
    factories.GroupFactory(code="G3", term=d.term, area=d.town1, ends_on=day("2026-03-15"))
    held(K.DISCUSSION, "2026-02-20", d.town1_office, group=first)
    held(K.DISCUSSION, "2026-05-21", d.town1_office, group=first, state=ActivityState.CANCELLED)
    held(K.VISIT, "2026-07-05", d.town1_office, group=second)
    home = factories.PlatformFactory(code="PT1", area=d.town1, unit=d.town1)
    new = factories.PlatformFactory(code="PT2", area=village, unit=d.town1, founded_on=day("2026-07-20"))
    factories.PlatformFactory(code="PT3", area=village, unit=d.town1, is_active=False)
    reception(home, "2026-01-15", "2026-02-15", "2026-03-15", "2026-05-15", "2026-06-15", "2026-07-15")
    reception(home, "2026-08-15", state=ReceptionState.ANNOUNCED)
    reception(new, "2026-08-05")
    held(K.TOPIC_COLLECTION, "2026-01-20", d.town1_office)
    held(K.STUDY_VISIT, "2026-05-06", d.town1_office)
    held(K.TRAINING, "2025-12-30", d.town1_office)
    held(K.PROPOSAL_COLLECTION, "2026-09-01", d.town1_office, state=ActivityState.PLANNED)
    held(K.PRESIDIUM, "2026-01-08", d.town1_office)
    held(K.PRESIDIUM, "2026-03-31", d.town1_office)
    held(K.PRESIDIUM, "2026-07-01", d.town1_office)
    held(K.PRESIDIUM, "2026-02-02", d.street1_office)
    OpinionForum.objects.create(
        code="MQ1",
        topic="食品安全",
        period="2026H1",
        area=d.area,
        organiser=d.committee,
        state=ForumState.HELD,
        collect_until="2026-05-10",
        planned_on="2026-05-20",
        held_on="2026-05-20",
        created_by=factories.UserFactory(),
    )
    return d


# Worked out with paper and a calendar on 10 August 2026; the words are rule, period, subject, value, state.
# Time gone: of the term (28 September 2021 to 27 September 2026) 1777 of 1826 days, of Ben's part of it 40 of 89, of the town's term
# 1816 of 1826, of the year 221 of 365, of Ben's part of the year 40 of 184, of the third quarter 40 of 92, of August 9 of 31.
BY_HAND = """
three-meetings    469901-8     D-ANN       1  met
three-meetings    469901-8     D-BEN       0  on_course
three-research    469901-8     D-ANN       1  met
three-research    469901-8     D-BEN       0  on_course
three-inspection  469901-8     D-ANN       0  at_risk
three-inspection  469901-8     D-BEN       1  met
six-topics        2026         469901101   1  met
six-topics        2026         469901102   0  at_risk
six-inspection    2026         469901101   1  met
six-inspection    2026         469901102   0  at_risk
six-research      2026         469901101   1  met
six-research      2026         469901102   0  at_risk
six-training      2026         469901101   0  at_risk
six-training      2026         469901102   0  at_risk
six-proposals     2026         469901101   0  at_risk
six-proposals     2026         469901102   0  at_risk
six-reports       2026         469901101   0  at_risk
six-reports       2026         469901102   0  at_risk
duty-report       469901101-15 D-CUI       0  at_risk
duty-report       469901-8     D-ANN       1  met
duty-report       469901-8     D-BEN       0  on_course
voter-contacts    2026         D-ANN       3  on_course
voter-contacts    2026         D-BEN       1  on_course
voter-contacts    2026         D-CUI       4  met
linked-deputies   469901-8     D-ANN       4  exceeded
linked-deputies   469901-8     D-BEN       1  on_course
group-activities  2026Q1       G1          1  met
group-activities  2026Q2       G1          0  missed
group-activities  2026Q2       G2          0  missed
group-activities  2026Q3       G1          0  on_course
group-activities  2026Q3       G2          1  met
receptions        2026-01      PT1         1  met
receptions        2026-02      PT1         1  met
receptions        2026-03      PT1         1  met
receptions        2026-04      PT1         0  missed
receptions        2026-05      PT1         1  met
receptions        2026-06      PT1         1  met
receptions        2026-07      PT1         1  met
receptions        2026-07      PT2         0  missed
receptions        2026-08      PT1         0  on_course
receptions        2026-08      PT2         1  met
forums            2026H1       469901      1  met
forums            2026H2       469901      0  on_course
presidium-meetings 2026Q1      469901101   2  met
presidium-meetings 2026Q1      469901102   0  missed
presidium-meetings 2026Q2      469901101   0  missed
presidium-meetings 2026Q2      469901102   0  missed
presidium-meetings 2026Q3      469901101   1  met
presidium-meetings 2026Q3      469901102   0  on_course
branch-meetings   2026Q1       469901001   1  met
branch-meetings   2026Q1       469901501   0  missed
branch-meetings   2026Q2       469901001   0  missed
branch-meetings   2026Q2       469901501   0  missed
branch-meetings   2026Q3       469901001   0  on_course
branch-meetings   2026Q3       469901501   0  on_course
"""


def reckoned(period="2026", today=TODAY, rules=None, **more):
    asked = DutyRule.objects.held_in(Period.parse(period)).exclude(code__startswith="training")
    rows = Reckoning(Period.parse(period), today=today, **more).rows(asked.filter(code__in=rules) if rules else asked)
    return [(row.rule.code, row.window.code, row.subject.code, row.value, row.state.value) for row in rows]


def by_hand(text):
    return sorted((rule, period, who, Decimal(value), state) for rule, period, who, value, state in map(str.split, text.split("\n")[1:-1]))


def test_a_small_district_agrees_with_what_was_worked_out_by_hand(small):
    assert sorted(reckoned()) == by_hand(BY_HAND)


def test_a_town_has_its_own_rows_only(small):
    found = reckoned(within=small.town2.path)
    assert {(rule, who) for rule, _, who, _, _ in found} == {
        (rule.code, "469901102") for rule in DutyRule.objects.filter(subject="town").exclude(code="training-town")
    }


def test_a_month_asks_for_the_periods_that_hold_it_as_they_stood_on_its_last_day(small):
    """On 31 March 196 more days of the year were to come: one in two asked was at risk later, none then."""
    found = {(rule, period, who): (value, state) for rule, period, who, value, state in reckoned("2026-03")}
    assert found["six-topics", "2026", "469901101"] == (1, "met")
    assert found["six-inspection", "2026", "469901101"] == (0, "on_course")  # the study visit came in May
    assert found["voter-contacts", "2026", "D-ANN"] == (2, "on_course")
    assert found["voter-contacts", "2026", "D-CUI"] == (3, "on_course")
    assert found["group-activities", "2026Q1", "G1"] == (1, "met")
    assert found["receptions", "2026-03", "PT1"] == (1, "met")
    assert ("receptions", "2026-02", "PT1") not in found
    assert ("three-meetings", "469901-8", "D-BEN") not in found  # not elected yet
    assert found["three-meetings", "469901-8", "D-DAN"] == (1, "met")  # still in office then
    assert found["forums", "2026H1", "469901"] == (0, "on_course")


def test_nothing_is_asked_of_a_time_to_come(small):
    assert reckoned("2027") == []
    assert {period for _, period, *_ in reckoned("2026", rules=["receptions"])} == {f"2026-0{month}" for month in range(1, 9)}


def test_a_rule_holds_for_the_periods_that_end_while_it_is_in_force(small):
    DutyRule.objects.filter(code="receptions").update(starts_on=day("2026-03-01"), ends_on=day("2026-06-29"))
    assert {period for _, period, *_ in reckoned(rules=["receptions"])} == {"2026-03", "2026-04", "2026-05"}


def test_kinds_narrow_whom_a_rule_asks(small):
    DutyRule.objects.filter(code="branch-meetings").update(kinds="farm")
    assert {who for _, _, who, _, _ in reckoned(rules=["branch-meetings"])} == {"469901501"}


def test_a_figure_nobody_registered_is_no_data_and_no_crash(small, capsys):
    DutyRuleFigure.objects.filter(rule__code="six-topics").update(figure="activities.of_tomorrow")
    DutyRuleFigure.objects.filter(rule__code="six-research").update(figure="deputies.contacts")  # counts deputies, not areas
    assert {(rule, value, state) for rule, _, _, value, state in reckoned(rules=["six-topics", "six-research"])} == {
        ("six-topics", None, "no_data"),
        ("six-research", None, "no_data"),
    }
    call_command("duties", period="2026", json=True)
    told = [row for row in json.loads(capsys.readouterr().out) if row["rule"] == "six-topics"]
    assert [(row["value"], row["state"]) for row in told] == [(None, "no_data")] * 2


# ---- states


@pytest.mark.parametrize(
    ("value", "minimum", "maximum", "gone", "is_over", "state"),
    [
        (1, 1, None, "0.99", False, "met"),
        (3, 2, 3, "0.1", False, "met"),
        (4, 2, 3, "0.1", False, "exceeded"),
        (0, 1, None, "0", False, "on_course"),
        (0, 1, None, "0.49", False, "on_course"),
        (0, 1, None, "0.5", False, "at_risk"),
        (0, 1, None, "1", True, "missed"),
        (0, 4, None, "0.12", False, "on_course"),
        (0, 4, None, "0.125", False, "at_risk"),
        (1, 4, None, "0.37", False, "on_course"),
        (1, 4, None, "0.375", False, "at_risk"),
        (3, 4, None, "0.87", False, "on_course"),
        (3, 4, None, "0.875", False, "at_risk"),
    ],
)
def test_states(value, minimum, maximum, gone, is_over, state):
    top = Decimal(maximum) if maximum else None
    assert state_of(Decimal(value), Decimal(minimum), top, gone=Decimal(gone), is_over=is_over) == state


@pytest.mark.parametrize(("value", "state"), [("0.59", "at_risk"), ("0.6", "on_course"), ("1", "met")])
def test_a_share_is_held_against_the_time_without_steps(value, state):
    assert state_of(Decimal(value), Decimal(1), None, gone=Decimal("0.6"), is_over=False, is_share=True) == state


def test_the_share_of_the_time_that_is_over():
    assert share_gone(day("2026-04-01"), day("2026-04-30"), day("2026-04-01")) == 0
    assert share_gone(day("2026-04-01"), day("2026-04-30"), day("2026-04-16")) == Decimal("0.5")
    assert share_gone(day("2026-04-01"), day("2026-04-30"), day("2026-05-01")) == 1


def test_the_last_day_of_a_period_can_still_bring_it(small):
    rows = {(period, who): state for _, period, who, _, state in reckoned("2026Q2", day("2026-06-30"), ["group-activities"])}
    assert rows == {("2026Q2", "G1"): "at_risk", ("2026Q2", "G2"): "at_risk"}
    rows = {(period, who): state for _, period, who, _, state in reckoned("2026Q2", day("2026-07-01"), ["group-activities"])}
    assert rows == {("2026Q2", "G1"): "missed", ("2026Q2", "G2"): "missed"}


# ---- the figure of A05


def test_the_share_of_the_duties_met_by_area(small, monkeypatch):
    """东岭镇: of 2 × 3 for its deputies 3, of its six 3. 西塘镇: none of six."""
    monkeypatch.setattr(timezone, "localdate", lambda value=None, tz=None: TODAY if value is None else value.astimezone().date())
    ids = [small.town1.pk, small.town2.pk, small.street1.pk, small.area.pk]
    found = figures.values("activities.duties_met", ids, Period.quarter(2026, 3))
    assert found == {small.town1.pk: Decimal(6) / 12, small.town2.pk: 0, small.area.pk: Decimal(6) / 18}
    assert figures.values("activities.duties_met", ids, Period.quarter(2026, 3), "三个一")[small.town1.pk] == Decimal("0.5")


# ---- the command


def told(**options):
    out = StringIO()
    call_command("duties", stdout=out, json=True, **options)
    return json.loads(out.getvalue())


def test_the_command_prints_every_duty_with_its_records(small, personas, signed_in):
    rows = told(period="2025")
    assert set(rows[0]) == {"rule", "subject", "area", "value", "minimum", "maximum", "state", "url", "period"}
    assert {row["area"] for row in told(period="2025", area="469901101")} == {"469901101", "469901101201"}
    office = signed_in(personas.office)
    shown = {}
    for row in told(period="2026"):
        if row["state"] == "no_data" or row["rule"].startswith("training"):
            continue
        page = office.get(row["url"])
        assert page.status_code == 200, row
        assert page["X-Total-Count"] == str(row["value"]), row
        shown[row["rule"]] = shown.get(row["rule"], 0) + row["value"]
    assert shown["voter-contacts"] and shown["linked-deputies"] and shown["receptions"] and shown["six-inspection"]


def test_the_command_refuses_what_it_does_not_understand(district):
    with pytest.raises(CommandError, match="不是时段"):
        call_command("duties", period="soon", json=True)
    with pytest.raises(CommandError, match="没有代码为“999”的区划"):
        call_command("duties", period="2026", area="999")


# ---- what it costs


def cost(**more):
    asked = Period.year(2026)
    rules = list(DutyRule.objects.held_in(asked))
    with CaptureQueriesContext(connection) as made:
        rows = Reckoning(asked, today=TODAY, **more).rows(rules)
    return len(made), len(rules), len(rows)


def test_all_rules_cost_the_same_however_many_subjects_and_less_than_three_queries_a_rule(small):
    queries, rules, few = cost()
    assert queries <= 3 * rules
    villages = small.villages
    for n in range(30):
        mandate = factories.MandateFactory(term=small.term, area=villages[n % 6], starts_on=day("2021-10-01") + datetime.timedelta(days=n))
        contact(mandate.deputy, villages[n % 6], "2026-05-05")
        factories.GroupFactory(term=small.term, area=small.town2)
        reception(factories.PlatformFactory(code=f"N{n}", area=small.town2, unit=small.town2), "2026-05-05")
    again, _, many = cost()
    assert again == queries
    assert many > few + 30 * 9


def test_each_rule_alone_costs_at_most_three_queries_beside_the_terms_and_the_district(small):
    for rule in DutyRule.objects.prefetch_related("figures"):
        with CaptureQueriesContext(connection) as made:
            Reckoning(Period.year(2026), today=TODAY).rows([rule])
        beside = sum("congress_term" in query["sql"] and "mandate" not in query["sql"] for query in made)
        beside += sum('FROM "congress_congress"' in query["sql"] for query in made)
        assert len(made) - beside <= 3 * (2 if rule.code.startswith("training") else 1), rule.code


def test_urls_are_addresses_of_this_site(small):
    assert all(urlsplit(row["url"]).netloc == "" and row["url"].startswith("/") for row in told(period="2026"))
