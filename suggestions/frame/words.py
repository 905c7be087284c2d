"""Words of the audit trail, and the deadlines that a holiday notice moves."""

from __future__ import annotations

from congress import audit_actions, deadlines
from suggestions.enums import (
    CommitmentState,
    CosignState,
    Grade,
    HandlingState,
    LimitKind,
    ReminderKind,
    RequestState,
    SuggestionState,
    SupervisionMethod,
)
from suggestions.services import clocks

WORDS = {
    "suggestions.draft": "起草建议",
    "suggestions.submit": "提交建议",
    "suggestions.attach": "添加建议附件",
    "suggestions.detach": "删除建议附件",
    "suggestions.withdraw": "撤回建议",
    "suggestions.answer_cosigning": "答复附议",
    "suggestions.agree_to_withdraw": "同意撤回建议",
    "suggestions.examine": "审查建议",
    "suggestions.merge": "并案",
    "suggestions.separate": "取消并案",
    "suggestions.assign": "交办建议",
    "suggestions.back_to_assignment": "退回重新交办",
    "suggestions.take_in_hand": "开始办理建议",
    "suggestions.sign_for": "签收建议",
    "suggestions.claim": "认领建议",
    "suggestions.hand_over": "移交承办件",
    "suggestions.ask_return": "申请退回建议",
    "suggestions.refuse_return": "不同意退回",
    "suggestions.grant_return": "同意退回",
    "suggestions.ask_extension": "申请延期",
    "suggestions.decide_extension": "审定延期",
    "suggestions.give_opinion": "提出协办意见",
    "suggestions.consult": "登记面商",
    "suggestions.confirm_consultation": "确认面商",
    "suggestions.ask_signature": "答复送签",
    "suggestions.give_back_reply": "答复稿退回修改",
    "suggestions.attach_to_reply": "添加答复文件",
    "suggestions.detach_from_reply": "删除答复文件",
    "suggestions.mark_reply_file": "标明答复文件可否公开",
    "suggestions.pause_clock": "暂停计时",
    "suggestions.resume_clock": "恢复计时",
    "suggestions.send_reply": "发出答复",
    "suggestions.reply": "建议已答复",
    "suggestions.evaluate": "评价答复",
    "suggestions.rehandle": "重新办理",
    "suggestions.give_back": "交单位重新办理",
    "suggestions.convene": "召集研究",
    "suggestions.close": "办结建议",
    "suggestions.end_handling": "终止办理",
    "suggestions.move_commitment": "承诺事项变动",
    "suggestions.change_limits": "修改办理期限",
    "suggestions.choose_key": "确定重点督办",
    "suggestions.supervise": "开展督办",
    "suggestions.spot_check": "抽查答复质量",
    "suggestions.remind": "期限提醒",
    "suggestions.urge": "催办",
    "suggestions.sign_along": "附议建议",
    "suggestions.put_to_session": "归入会次",
    "to_session": "会次",
    "suggestions.create_template": "新增交办模板",
    "suggestions.change_template": "修改交办模板",
    "suggestions.delete_template": "删除交办模板",
    "instruction": "交办意见",
    "answering": "主办（分办）单位",
    "supporting": "协办单位",
    "file": "附件",
    "unit": "单位",
    "claimed_by": "经办人",
    "is_public": "可公开",
    "months": "月数",
    "meeting": "会议",
    "leader": "领衔领导",
    "score": "评分",
    "merged_into": "并入",
    "cosigner": "附议",
    **{
        value: str(label)
        for choices in (
            SuggestionState,
            HandlingState,
            RequestState,
            CosignState,
            Grade,
            CommitmentState,
            ReminderKind,
            SupervisionMethod,
            LimitKind,
        )
        for value, label in choices.choices
    },
}


def register() -> None:
    audit_actions.register(WORDS)
    deadlines.register(deadlines.Kept("suggestions", "建议办理期限", clocks.recompute))
