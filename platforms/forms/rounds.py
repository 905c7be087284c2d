"""Forms of the round. They check what is typed; what is allowed the services say."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from congress.models import Area, User
from platforms.enums import ObjectionState, RoundState
from platforms.models import AssessmentRound, CrossAssignment, DeductionRule, ItemScore


def plain(number: Decimal) -> str:
    """2.50 as "2.5", 10.00 as "10"."""
    return f"{number.normalize():f}"


def _shown(score: Decimal | None) -> str | None:
    return None if score is None else plain(score)


class ScoreInput(forms.NumberInput):
    """A number box whose steps and ends are the item's."""

    def __init__(self, item_score: ItemScore, step: Decimal, **attrs: Any) -> None:
        super().__init__({"min": "0", "max": plain(item_score.max_score), "step": plain(step), "inputmode": "decimal", **attrs})


def score_field(item_score: ItemScore, step: Decimal, *, label: str, required: bool = True, **attrs: Any) -> forms.DecimalField:
    maximum = plain(item_score.max_score)
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=5,
        decimal_places=2,
        widget=ScoreInput(item_score, step, **attrs),
        error_messages={
            "required": "请填写得分。",
            "invalid": f"请填写 0 至 {maximum} 之间的数字。",
            "max_digits": f"请填写 0 至 {maximum} 之间的数字。",
        },
    )


class SelfScoreForm(forms.Form):
    """One line of a sheet: the unit's own score and a note."""

    def __init__(self, *args: Any, item_score: ItemScore, step: Decimal, **kwargs: Any) -> None:
        super().__init__(
            *args, initial={"score": _shown(item_score.self_score), "note": item_score.self_note, "version": item_score.version}, **kwargs
        )
        self.item_score = item_score
        number = item_score.item.name
        self.fields["score"] = score_field(
            item_score, step, label="自评分", required=False, **{"aria-label": f"{number}自评分", "class": "input"}
        )
        self.fields["note"] = forms.CharField(
            label="说明",
            required=False,
            max_length=300,
            widget=forms.TextInput({"aria-label": f"{number}说明", "placeholder": "说明（选填）", "class": "input"}),
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)


class CrossScoreForm(forms.Form):
    """One item on site: the score, why it departs from the suggestion, what must be put right."""

    def __init__(self, *args: Any, item_score: ItemScore, step: Decimal, **kwargs: Any) -> None:
        start = item_score.cross_score if item_score.cross_score is not None else item_score.suggested
        super().__init__(
            *args,
            initial={"score": _shown(start), "reason": item_score.reason, "problem": item_score.problem, "version": item_score.version},
            **kwargs,
        )
        self.fields["score"] = score_field(item_score, step, label="我的打分")
        self.fields["reason"] = forms.CharField(
            label="与建议不同的理由",
            required=False,
            max_length=300,
            widget=forms.Textarea({"rows": 3}),
            help_text="写明看到了什么、缺什么，被考评单位会看到。",
        )
        self.fields["problem"] = forms.CharField(
            label="存在问题",
            required=False,
            max_length=300,
            widget=forms.Textarea({"rows": 2}),
            help_text="需要整改的写在这里，通报后列入整改清单。",
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)


class AdjustForm(forms.Form):
    assessor = forms.ChoiceField(label="考评单位", help_text="原由所选单位考评的镇（街道），改由现考评单位考评，两家对调。")
    leader = forms.ModelChoiceField(User.objects.none(), label="带队领导", required=False, empty_label="暂不指定")

    def __init__(self, *args: Any, assessors: Iterable[Area], leaders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assessor"].choices = [(area.code, area.name) for area in assessors]  # type: ignore[attr-defined]
        self.fields["leader"].queryset = leaders  # type: ignore[attr-defined]


class DeadlinesForm(forms.Form):
    self_scoring_until = forms.DateField(label="自评截止", widget=forms.DateInput({"type": "date"}))
    cross_scoring_until = forms.DateField(label="交叉评截止", widget=forms.DateInput({"type": "date"}))
    sign_off_until = forms.DateField(label="审定截止", widget=forms.DateInput({"type": "date"}))
    objection_until = forms.DateField(label="异议截止", widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, round: AssessmentRound, **kwargs: Any) -> None:
        names = list(self.base_fields)
        super().__init__(*args, initial={name: getattr(round, name) for name in names}, **kwargs)
        if round.state != RoundState.OBJECTION:
            del self.fields["objection_until"]
        for name in self.fields:
            self.fields[name].widget.format = "%Y-%m-%d"


class SignOffForm(forms.Form):
    meeting = forms.CharField(label="审定会议", required=False, max_length=60, help_text="如：区八届人大常委会第五十二次主任会议")


class SendBackForm(forms.Form):
    reason = forms.CharField(
        label="退回理由", max_length=300, widget=forms.Textarea({"rows": 3}), error_messages={"required": "请写明退回的理由。"}
    )


class DeductionForm(forms.Form):
    area = forms.ModelChoiceField(
        CrossAssignment.objects.none(), label="单位", to_field_name="pk", error_messages={"required": "请选择单位。"}
    )
    rule = forms.ModelChoiceField(DeductionRule.objects.none(), label="扣分事项", error_messages={"required": "请选择扣分事项。"})
    count = forms.IntegerField(label="次数", min_value=1, max_value=99, initial=1)
    reason = forms.CharField(
        label="事由", max_length=300, widget=forms.Textarea({"rows": 2}), error_messages={"required": "请写明扣分事由。"}
    )

    def __init__(self, *args: Any, round: AssessmentRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area, rule = self.fields["area"], self.fields["rule"]
        area.queryset = round.assignments.select_related("area")  # type: ignore[attr-defined]
        area.label_from_instance = lambda assignment: assignment.area.name  # type: ignore[attr-defined]
        rule.queryset = DeductionRule.objects.filter(table=round.table_id)  # type: ignore[attr-defined]
        rule.label_from_instance = lambda rule: f"{rule.name}（每次扣 {plain(rule.points)} 分）"  # type: ignore[attr-defined]


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label="异议",
        max_length=1000,
        widget=forms.Textarea({"rows": 5}),
        help_text="写明哪一处与事实不符，有什么佐证。",
        error_messages={"required": "请写明异议的内容。"},
    )


class DecisionForm(forms.Form):
    state = forms.ChoiceField(
        label="处理",
        choices=[(ObjectionState.UPHELD.value, "采纳，改得分"), (ObjectionState.DISMISSED.value, "维持原评分")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择采纳或者维持原评分。"},
    )
    decision = forms.CharField(
        label="答复", max_length=1000, widget=forms.Textarea({"rows": 4}), error_messages={"required": "请写明答复的内容。"}
    )

    def __init__(self, *args: Any, item_score: ItemScore, step: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["score"] = score_field(item_score, step, label="新得分", required=False)
        self.fields["score"].help_text = f"采纳的必填，0 至 {plain(item_score.max_score)} 分。"
        self.order_fields(["state", "score", "decision"])


class PublishForm(forms.Form):
    number = forms.CharField(
        label="发文字号", required=False, max_length=40, help_text="如：榕人办发〔2026〕27号。暂未编号的可空着，印制时留出位置。"
    )
    issued_on = forms.DateField(label="成文日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    highlights = forms.CharField(
        label="主要做法和亮点", required=False, widget=forms.Textarea({"rows": 3}), help_text="每段一行。空着则用下面的默认写法。"
    )
    problems = forms.CharField(
        label="共性问题", required=False, widget=forms.Textarea({"rows": 3}), help_text="每段一行。空着则用下面的默认写法。"
    )
    demands = forms.CharField(
        label="下步工作要求", required=False, widget=forms.Textarea({"rows": 3}), help_text="每段一行。空着则用下面的默认写法。"
    )
    early_reason = forms.CharField(
        label="提前通报的理由",
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
        help_text="异议期还没有结束。",
        error_messages={"required": "异议期还没有结束，请写明提前通报的理由。"},
    )

    def __init__(self, *args: Any, is_early: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_early:
            del self.fields["early_reason"]


class CorrectionForm(forms.Form):
    area = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "请先选择要更正的单位。"})
    name = forms.CharField(label="更正的名称", max_length=60, help_text="如：第一次更正")
    reason = forms.CharField(
        label="更正原因", max_length=300, widget=forms.Textarea({"rows": 2}), error_messages={"required": "请写明更正原因。"}
    )
    number = forms.CharField(label="发文字号", required=False, max_length=40)
    issued_on = forms.DateField(label="成文日期", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


class RectificationReportForm(forms.Form):
    report = forms.CharField(
        label="整改情况",
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text="做了什么、什么时候做完、现在怎么样。",
        error_messages={"required": "请写明整改情况。"},
    )


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="退回理由", max_length=300, widget=forms.Textarea({"rows": 3}), error_messages={"required": "请写明退回的理由。"}
    )
