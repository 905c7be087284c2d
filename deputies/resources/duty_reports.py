"""Duty reports of the past with their results, and meetings as a workbook. One row is one deputy's result in one aspect."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from congress.imports import values
from congress.imports.lookups import AreaBook
from congress.imports.plan import Plan, Record
from congress.imports.resource import Column
from congress.services.audit import Actor
from deputies.enums import BallotGrade, DutyReportState
from deputies.models import BallotAspect, DutyReportBallot, DutyReportMeeting, ElectoralDistrict, Mandate
from deputies.resources import finding
from deputies.resources.finding import AddingResource, People
from deputies.services import batches, contacts
from deputies.services.batches import MeetingEntry
from deputies.services.guards import FieldRefused

_OF_MEETING = ("place", "voters_present", "handed_out", "collected")
_votes = partial(values.whole_number, low=0, high=100_000)


@dataclass(frozen=True)
class Line:
    """One row of the workbook. The counts stay blank until the result was announced."""

    meeting: DutyReportMeeting
    mandate: Mandate
    is_on_site: bool
    aspect: str
    counts: dict[str, int]

    @property
    def area_id(self) -> int:
        return self.meeting.electoral_district.area_id


def _grade(grade: BallotGrade) -> Any:
    return lambda line: line.counts.get(grade.value)


class DutyReportResource(AddingResource):
    """述职会. Rows of one electoral district and day are one meeting; a meeting that is there must agree."""

    key = "duty_reports"
    list_url = "deputies:duty_reports"
    label = "述职会"
    hint = "补录已举行的述职会：一行是一名代表一个评议方面的票数，选区和日期相同的行是同一场；没有测评的，每名代表一行。已登记的述职会只作核对。"
    import_rule = "deputies.plan_duty_reports"
    export_rule = "deputies.view_deputies"
    way_out = "已登记的述职会请在其页面上办理"

    district_code = Column("选区编号", values.code, "meeting__electoral_district__code", help="有同名选区的须填写")
    electoral_district = Column(
        "选区", partial(values.name, limit=60), "meeting__electoral_district__name", synonyms=["选区名称"], example="第12选区"
    )
    area = Column(
        "所在区划",
        values.name,
        "meeting__electoral_district__area__name",
        synonyms=["镇（街道）", "所属镇（街道）", "区划"],
        example="平安镇",
    )
    held_on = Column(
        "举行日期",
        values.date,
        "meeting__held_on",
        show=finding.show_date,
        required=True,
        synonyms=["日期", "述职日期", "时间"],
        example="2024年11月20日",
    )
    place = Column("地点", partial(values.optional_text, limit=80), "meeting__place", help="一场至少一行填写", example="和平村委会")
    voters_present = Column(
        "到会选民", partial(_votes, low=1), "meeting__voters_present", synonyms=["到会选民人数", "参加选民"], example="36"
    )
    handed_out = Column("发出选票", _votes, "meeting__slips_handed_out", synonyms=["发出测评票"], example="36")
    collected = Column("收回选票", _votes, "meeting__slips_collected", synonyms=["收回测评票", "有效票"], example="35")
    code = Column("代表编号", values.code, "mandate__deputy__code", help="有同名代表的须填写")
    deputy = Column(
        "代表", partial(values.name, limit=40), "mandate__deputy__name", synonyms=["述职代表", "代表姓名", "姓名"], example="韦建国"
    )
    is_on_site = Column("现场述职", values.yes_or_no, "is_on_site", help="书面述职的填“否”；不填时为是", choices=["是", "否"])
    aspect = Column("评议方面", partial(values.name, limit=20), "aspect", example="联系选民")
    satisfied = Column("满意", _votes, "counts", get=_grade(BallotGrade.SATISFIED), example="30")
    basically = Column("基本满意", _votes, "counts", get=_grade(BallotGrade.BASICALLY), example="5")
    not_satisfied = Column("不满意", _votes, "counts", get=_grade(BallotGrade.NOT_SATISFIED), example="0")

    class Meta:
        model = DutyReportMeeting
        fields = (
            *("district_code", "electoral_district", "area", "held_on", *_OF_MEETING),
            *("code", "deputy", "is_on_site", "aspect", "satisfied", "basically", "not_satisfied"),
        )

    # ---- out

    def exported(self, user: Any) -> QuerySet[DutyReportMeeting]:
        return DutyReportMeeting.objects.visible_to(user).order_by("-held_on", "code")

    def iter_queryset(self, queryset: QuerySet[DutyReportMeeting]) -> Iterator[Line]:
        """The rows of meetings that were held. Four queries."""
        rows = queryset.exclude(state=DutyReportState.PLANNED).select_related("electoral_district__area")
        for meeting, mandate, on_site, aspects in _reports(rows.prefetch_related("aspects", "reports__mandate__deputy")):
            for aspect, counts in aspects:
                yield Line(meeting, mandate, on_site, aspect, counts)

    # ---- in

    def choices(self) -> dict[str, list[str]]:
        return super().choices() | {"aspect": list(BallotAspect.objects.filter(is_active=True).values_list("name", flat=True))}

    def settle(self, records: list[Record], plan: Plan) -> None:
        self.areas, self.people = AreaBook(), People(serving=False)
        self._aspects = {aspect.name: aspect for aspect in BallotAspect.objects.all()}
        self._districts: dict[str, list[ElectoralDistrict]] = {}
        for each in ElectoralDistrict.objects.select_related("area__parent", "term__congress"):
            for name in (each.name, f"编号 {each.code}"):
                self._districts.setdefault(name, []).append(each)
        known = self._stored()
        meetings: dict[tuple[int, datetime.date], tuple[MeetingEntry, list[Record]]] = {}
        for record in records:
            district = self._district(record, plan)
            mandate = self._mandate(record, plan, district) if district else None
            self._counts(record, plan)
            if not record.ok or district is None or mandate is None:
                continue
            key = (district.pk, record.given["held_on"])
            if key in known:
                self._compare(record, plan, known[key], mandate)
                continue
            entry, rows = meetings.setdefault(key, (MeetingEntry(district, key[1], "", 0), []))
            rows.append(record)
            self._collect(record, plan, entry, mandate)
        plan.work = []
        for entry, rows in meetings.values():
            if all(record.ok for record in rows):
                self._finish(plan, entry, rows)

    def _district(self, record: Record, plan: Plan) -> ElectoralDistrict | None:
        given = record.given
        day, code, name = given.get("held_on"), given.get("district_code"), given.get("electoral_district")
        if day is None:
            return None
        if not code and not name:
            plan.reject(record, "electoral_district", "请填写选区")
            return None
        found = self._districts.get(f"编号 {code}" if code else str(name), [])
        if not code:
            found = [each for each in found if each.term.starts_on <= day and (each.term.ends_on is None or day < each.term.ends_on)]
            path = finding.path_of(self.areas, given.get("area"))
            found = [each for each in found if each.area.path.startswith(path)]
        if len(found) == 1:
            term = found[0].term
            if day < term.starts_on or (term.ends_on and day > term.ends_on):
                plan.reject(record, "held_on", f"不在{term}的任期内")
                return None
            return found[0]
        where = "district_code" if code else "electoral_district"
        if found:
            plan.reject(
                record, where, f"名为“{name}”的选区有 {len(found)} 个，请填写选区编号：{'、'.join(each.code for each in found[:3])}"
            )
        else:
            plan.reject(record, where, f"没有{f'编号为 {code}' if code else f'名为“{name}”'}的选区，请先导入选区")
        return None

    def _mandate(self, record: Record, plan: Plan, district: ElectoralDistrict) -> Mandate | None:
        """The deputy's seat on that day: of the district's own term where she holds one."""
        given = record.given
        town = self.areas.town_of(self.areas.by_pk[district.area_id]) or self.areas.by_pk[district.area_id]
        try:
            deputy = self.people.find(given.get("code"), given.get("deputy"), town.path)
        except ValueError as error:
            plan.reject(record, "deputy" if given.get("deputy") else "code", str(error))
            return None
        seats = contacts.mandates_on(deputy, given["held_on"])
        if not seats:
            plan.reject(record, "held_on", f"{deputy}在这一天不在任")
            return None
        own = [seat for seat in seats if seat.area.path.startswith(town.path)]
        if not own:
            plan.reject(record, "deputy", f"{deputy}不是{town.name}的代表，不能在{district}述职")
            return None
        mandate = next((seat for seat in own if seat.term_id == district.term_id), own[0])
        mandate.deputy = deputy
        return mandate

    def _counts(self, record: Record, plan: Plan) -> None:
        given = record.given
        votes = {grade.value for grade in BallotGrade} & given.keys()
        if (name := given.get("aspect")) and name not in self._aspects:
            plan.reject(record, "aspect", f"没有名为“{name}”的评议方面，请先在基础数据中增加")
        elif votes and not name:
            plan.reject(record, "aspect", "填写了票数的，请填写评议方面")
        elif name and not votes:
            plan.reject(record, "satisfied", "请填写票数")

    def _collect(self, record: Record, plan: Plan, entry: MeetingEntry, mandate: Mandate) -> None:
        """Adds a row to its meeting; rows of one meeting must say the same of it."""
        given = record.given
        for name in _OF_MEETING:
            said = getattr(entry, name)
            if given.get(name) is not None and said and said != given[name]:
                plan.reject(record, name, "与同一场述职会其他行所写的不一致")
            elif given.get(name) is not None:
                setattr(entry, name, given[name])
        _, on_site = entry.reports.get(mandate.pk, (mandate, given.get("is_on_site", True)))
        if given.get("is_on_site", on_site) != on_site:
            plan.reject(record, "is_on_site", "与同一名代表其他行所写的不一致")
        entry.reports[mandate.pk] = (mandate, on_site)
        if said_aspect := given.get("aspect"):
            aspect = entry.aspects.setdefault(self._aspects[said_aspect].pk, self._aspects[said_aspect])
            if (mandate.pk, aspect.pk) in entry.counts:
                plan.reject(record, "aspect", f"{mandate.deputy}“{aspect}”的结果重复")
            entry.counts[mandate.pk, aspect.pk] = {grade.value: given.get(grade.value, 0) for grade in BallotGrade}

    def _finish(self, plan: Plan, entry: MeetingEntry, rows: list[Record]) -> None:
        if not entry.place:
            plan.reject(rows[0], "place", "请填写述职会的地点")
            return
        try:
            batches.refuse_meeting(actor=self.actor, entry=entry)
        except PermissionDenied:
            plan.reject(rows[0], "electoral_district", "不是您所在镇（街道）的选区，不能代为登记")
            return
        except FieldRefused as refusal:
            plan.reject(rows[0], refusal.field, str(refusal))
            return
        plan.work.append(entry)
        for record in rows:
            given = record.given
            name = given.get("deputy") or self.people.by_code[given["code"]].name
            label = f"{entry.electoral_district} {finding.show_date(entry.held_on)} {name}"
            self.created(record, plan, entry.electoral_district.code, label, given)

    def show(self, name: str, value: Any) -> str:
        return str(value) if name == "area" else super().show(name, value)

    def _compare(self, record: Record, plan: Plan, line: dict[str, Any], mandate: Mandate) -> None:
        meeting: DutyReportMeeting = line["meeting"]
        reports, counts = line["reports"], line["counts"]
        if mandate.pk not in reports:
            plan.reject(record, "deputy", f"这场述职会已登记（{meeting.code}），没有{mandate.deputy}。{self.way_out}")
            return
        stored = line["said"] | {"is_on_site": reports[mandate.pk]}
        if aspect := record.given.get("aspect"):
            votes = counts.get((mandate.pk, aspect))
            if votes is None and any(grade in record.given for grade in BallotGrade.values):
                plan.reject(record, "aspect", f"这场述职会已登记（{meeting.code}），没有宣布这一方面的结果。{self.way_out}")
                return
            stored |= votes or {}
        if self.agrees(record, plan, stored, meeting.code):
            self.unchanged(record, plan, meeting.code, f"{meeting} {mandate.deputy}")

    def _stored(self) -> dict[tuple[int, datetime.date], dict[str, Any]]:
        """Meetings that were held, by electoral district and day. Four queries."""
        rows = DutyReportMeeting.objects.exclude(state=DutyReportState.PLANNED).select_related("electoral_district")
        found: dict[tuple[int, datetime.date], dict[str, Any]] = {}
        for meeting, mandate, on_site, aspects in _reports(rows.prefetch_related("aspects", "reports__mandate__deputy")):
            assert meeting.held_on is not None  # the database holds that of every meeting that was held
            said = {
                "place": values.optional_text(meeting.place),
                "voters_present": meeting.voters_present,
                "handed_out": meeting.slips_handed_out,
                "collected": meeting.slips_collected,
            }
            line = found.setdefault(
                (meeting.electoral_district_id, meeting.held_on), {"meeting": meeting, "said": said, "reports": {}, "counts": {}}
            )
            line["reports"][mandate.pk] = on_site
            line["counts"] |= {(mandate.pk, aspect): counts for aspect, counts in aspects if counts}
        return found

    def write(self, plan: Plan, actor: Actor) -> None:
        batches.record_meetings(actor=actor, entries=plan.work)


def _reports(meetings: Iterable[DutyReportMeeting]) -> Iterator[tuple[DutyReportMeeting, Mandate, bool, list[tuple[str, dict[str, int]]]]]:
    """Each report with its aspects and their counts. SECURITY: no counts before the announcement."""
    meetings = list(meetings)
    announced = [meeting.pk for meeting in meetings if meeting.state == DutyReportState.ANNOUNCED]
    tally: dict[tuple[int, int], dict[str, int]] = {}
    ballots = (
        DutyReportBallot.objects.filter(report__meeting__state=DutyReportState.ANNOUNCED) if announced else DutyReportBallot.objects.none()
    )
    for report_pk, aspect_pk, grade, count in ballots.values_list("report", "aspect", "grade", "count"):
        tally.setdefault((report_pk, aspect_pk), {})[grade] = count
    for meeting in meetings:
        aspects = list(meeting.aspects.all()) if meeting.state == DutyReportState.ANNOUNCED else []
        for report in meeting.reports.all():
            lines = [(aspect.name, tally.get((report.pk, aspect.pk), {})) for aspect in aspects]
            yield meeting, report.mandate, report.is_on_site, lines or [("", {})]
