"""Planning and holding duty reports, writing them, counting paper slips, and the voter's own slip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from deputies.enums import BallotGrade, BallotMethod
from deputies.forms.fields import DayField
from deputies.models import DutyReport, DutyReportMeeting, ElectoralDistrict, Mandate
from deputies.services import duty_reports
from deputies.services.ballots import LONGEST, MOST_SLIPS, SHORTEST, Line, ReportCount

_MOST_TEXT = 20000
_SPARE = 3  # empty rows to ask and answer in


class MandatesField(forms.ModelMultipleChoiceField):
    """Deputies to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Mandate) -> str:
        seat = f"，{obj.electoral_district}" if obj.electoral_district else ""
        return f"{obj.deputy}（{obj.term.congress.short_name}代表{seat}）"


class ReportsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: DutyReport) -> str:
        return obj.mandate.deputy.name


class PlanForm(forms.Form):
    """A meeting of one electoral district: its own deputies first, those of the same town folded away below."""

    planned_on = DayField(label="计划日期", error_messages={"required": "请选择计划日期。"})
    place = forms.CharField(label="地点", max_length=80, required=False)
    mandates = MandatesField(label="述职代表", queryset=Mandate.objects.none(), required=False)
    others = MandatesField(label="同场述职的其他代表", queryset=Mandate.objects.none(), required=False)
    method = forms.ChoiceField(
        label="测评方式",
        choices=BallotMethod.choices,
        widget=forms.RadioSelect,
        help_text="扫码：每张选票一个二维码，选民用手机投，结果自动统计。纸质：会后填写每一方面的票数。",
    )

    def __init__(self, *args: Any, electoral_district: ElectoralDistrict, meeting: DutyReportMeeting | None = None, **kwargs: Any) -> None:
        rows = duty_reports.candidates(electoral_district)
        if meeting is not None:
            chosen = list(meeting.reports.values_list("mandate", flat=True))
            kept = Mandate.objects.filter(pk__in=chosen).select_related("deputy", "term__congress", "electoral_district")
            rows = (rows | kept).distinct()
            kwargs["initial"] = {
                "planned_on": meeting.planned_on,
                "place": meeting.place,
                "method": meeting.method,
                "mandates": chosen,
                "others": chosen,
            }
        else:
            own = rows.filter(electoral_district=electoral_district).values_list("pk", flat=True)
            kwargs["initial"] = {"method": BallotMethod.PAPER, "mandates": list(own), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["mandates"].queryset = rows.filter(electoral_district=electoral_district)
        self.fields["others"].queryset = rows.exclude(electoral_district=electoral_district)

    def asked(self) -> dict[str, Any]:
        """What the services want."""
        data = self.cleaned_data
        chosen = [*data["mandates"], *data["others"]]
        return {"planned_on": data["planned_on"], "place": data["place"], "method": data["method"], "mandates": chosen}


class HeldForm(forms.Form):
    held_on = DayField(label="举行日期", error_messages={"required": "请选择举行日期。"})
    place = forms.CharField(label="地点", max_length=80, error_messages={"required": "请填写述职会的地点。"})
    voters_present = forms.IntegerField(
        label="到会选民（人）", min_value=1, max_value=30000, error_messages={"required": "请填写到会选民人数。"}
    )
    on_site = ReportsField(
        label="到场述职的代表",
        queryset=DutyReport.objects.none(),
        required=False,
        help_text="没有到场、只交书面报告的，不勾选；不计入现场述职。",
    )

    def __init__(self, *args: Any, meeting: DutyReportMeeting, today: Any, least: int, **kwargs: Any) -> None:
        reports = meeting.reports.select_related("mandate__deputy").order_by("pk")
        kwargs["initial"] = {
            "held_on": meeting.held_on or min(meeting.planned_on, today),
            "place": meeting.place,
            "voters_present": meeting.voters_present,
            "on_site": [report.pk for report in reports if report.is_on_site],
        }
        super().__init__(*args, **kwargs)
        self.fields["on_site"].queryset = reports
        self.fields["voters_present"].help_text = f"要求不少于 {least} 人；不足的会提示，仍可登记。"


class ReportForm(forms.Form):
    """The written report. ``saw`` marks the text it started from."""

    text = forms.CharField(
        label="述职报告",
        max_length=_MOST_TEXT,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 22, "class": "input--page"}),
    )
    saw = forms.CharField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    reason = forms.CharField(label="取消的原因", max_length=100, error_messages={"required": "请写明取消的原因。"})


class SlipsForm(forms.Form):
    total = forms.IntegerField(
        label="选票总数（张）",
        min_value=1,
        max_value=MOST_SLIPS,
        help_text="按预计到会选民数，略有富余。会上不够的，可再增加。",
        error_messages={"required": "请填写选票总数。"},
    )


class VotingForm(forms.Form):
    minutes = forms.IntegerField(
        label="测评时间（分钟）", min_value=SHORTEST, max_value=LONGEST, initial=20, error_messages={"required": "请填写测评时间。"}
    )


class QuestionsForm:
    """Rows of question and answer, with some to spare. What was typed stays, whatever is refused."""

    def __init__(self, kept: Sequence[tuple[str, str]], data: Any = None) -> None:
        self.errors: list[str] = []
        if data is None:
            self.rows, self.saw = list(kept), duty_reports.seen_questions(kept)
        else:
            columns = [[words.replace("\r\n", "\n").strip() for words in data.getlist(name)] for name in ("question", "answer")]
            self.rows = [row for row in zip(*columns, strict=False) if any(row)]
            self.saw = data.get("saw", "")

    @property
    def shown(self) -> list[tuple[int, str, str]]:
        rows = [*self.rows, *[("", "")] * _SPARE]
        return [(number, asked, answer) for number, (asked, answer) in enumerate(rows, start=1)]

    def is_valid(self) -> bool:
        if any(len(part) > _MOST_TEXT or "\x00" in part for row in self.rows for part in row):
            self.errors.append("有一条太长，或含有不能保存的符号，请核对。")
        return not self.errors


class TallyForm(forms.Form):
    """How many slips went out and came back, and the counts of each line."""

    handed_out = forms.IntegerField(
        label="发出选票（张）", min_value=1, max_value=30000, error_messages={"required": "请填写发出的选票数。"}
    )
    collected = forms.IntegerField(
        label="收回有效选票（张）",
        min_value=1,
        max_value=30000,
        help_text="废票不计入。每一方面的三项合计应等于这个数。",
        error_messages={"required": "请填写收回的有效选票数。"},
    )

    def __init__(self, *args: Any, meeting: DutyReportMeeting, counted: Iterable[ReportCount], **kwargs: Any) -> None:
        kwargs["initial"] = {"handed_out": meeting.slips_handed_out, "collected": meeting.slips_collected}
        super().__init__(*args, **kwargs)
        self.counted = list(counted)
        for each in self.counted:
            for row in each.aspects:
                for grade in BallotGrade:
                    self.fields[_cell(each.report.pk, row.aspect.pk, grade)] = forms.IntegerField(
                        label=f"{each.report.mandate.deputy} {row.aspect} {grade.label}",
                        min_value=0,
                        max_value=30000,
                        initial=row.counts[grade] if meeting.slips_collected else None,
                        error_messages={"required": "请填写票数，没有的填 0。"},
                        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
                    )

    def tables(self) -> list[tuple[DutyReport, list[tuple[Any, list[Any]]]]]:
        """Report by report, aspect by aspect: the fields of its grades."""
        return [
            (
                each.report,
                [(row.aspect, [self[_cell(each.report.pk, row.aspect.pk, grade)] for grade in BallotGrade]) for row in each.aspects],
            )
            for each in self.counted
        ]

    def counts(self) -> dict[Line, dict[str, int]]:
        data = self.cleaned_data
        return {
            (each.report.pk, row.aspect.pk): {grade.value: data[_cell(each.report.pk, row.aspect.pk, grade)] for grade in BallotGrade}
            for each in self.counted
            for row in each.aspects
        }


def _cell(report: int, aspect: int, grade: str) -> str:
    return f"r{report}a{aspect}{grade}"


class BallotForm(forms.Form):
    """A voter's slip: a grade for each deputy in each aspect. Nothing on it tells who fills it in."""

    def __init__(self, *args: Any, counted: Iterable[ReportCount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counted = list(counted)
        for each in self.counted:
            for row in each.aspects:
                self.fields[f"r{each.report.pk}a{row.aspect.pk}"] = forms.ChoiceField(
                    label=row.aspect.name,
                    choices=BallotGrade.choices,
                    widget=forms.RadioSelect,
                    error_messages={"required": "请选一项。", "invalid_choice": "请选一项。"},
                )

    def parts(self) -> list[tuple[DutyReport, list[Any]]]:
        return [(each.report, [self[f"r{each.report.pk}a{row.aspect.pk}"] for row in each.aspects]) for each in self.counted]

    def choices(self) -> dict[Line, str]:
        return {
            (each.report.pk, row.aspect.pk): self.cleaned_data[f"r{each.report.pk}a{row.aspect.pk}"]
            for each in self.counted
            for row in each.aspects
        }
