"""The round's words for the audit trail: actions, and the names and values in their changes."""

from platforms.enums import AssignmentState, ObjectionState, RectificationState, RoundState
from platforms.models import AssessmentRound, DeductionRule, Grade, ItemScore, ScoreItem, ScoreTable

WORDS = {
    "platforms.open_round": "开始考评",
    "platforms.redraw": "重新抽签",
    "platforms.adjust_assignment": "调整交叉安排",
    "platforms.appoint_leader": "指定带队领导",
    "platforms.set_deadlines": "调整截止日期",
    "platforms.edit_bulletin_texts": "修改通报文字",
    "platforms.score_self": "自评打分",
    "platforms.submit_self": "提交自评",
    "platforms.end_self_scoring": "自评结束",
    "platforms.score_cross": "交叉评打分",
    "platforms.submit_cross": "提交交叉评",
    "platforms.end_cross_scoring": "交叉评结束",
    "platforms.sign_off": "审定得分",
    "platforms.send_back": "退回重评",
    "platforms.end_sign_off": "审定结束",
    "platforms.raise_objection": "提出异议",
    "platforms.decide_objection": "答复异议",
    "platforms.deduct": "扣分",
    "platforms.remove_deduction": "撤销扣分",
    "platforms.publish_round": "通报考评",
    "platforms.correct_round": "更正通报",
    "platforms.report_rectification": "报告整改",
    "platforms.verify_rectification": "复核整改",
    "platforms.return_rectification": "退回整改",
    "platforms.new_table_version": "考评细则另存为新版本",
    "platforms.make_table_current": "考评细则设为现行",
    "platforms.create_scoretable": "新增考评细则",
    "platforms.change_scoretable": "修改考评细则",
    "platforms.delete_scoretable": "删除考评细则",
    "platforms.change_scoreitems": "修改考评项目",
    "platforms.change_deductionrules": "修改扣分规则",
    "platforms.change_grades": "修改等次",
    "units": "参加单位数",
    "areas": "单位",
    "closed": "未提交的单位",
    "score": "得分",
    "rectifications": "整改项数",
    "number": "发文字号",
    "from": "原版本",
    **{
        field.name: str(field.verbose_name)
        for model in (ScoreItem, DeductionRule, Grade, ScoreTable, ItemScore, AssessmentRound)
        for field in model._meta.concrete_fields
        if field.name not in ("id", "version", "state", "item", "code", "name", "position")
    },
    **dict(RoundState.choices),
    **dict(AssignmentState.choices),
    **dict(ObjectionState.choices),
    **dict(RectificationState.choices),
}
