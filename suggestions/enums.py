"""The suggestions' vocabularies, and each state's one table of transitions."""

from django.db.models import TextChoices

from congress.enums import OrganisationKind, Role


class SuggestionKind(TextChoices):
    SUGGESTION = "suggestion", "代表建议"
    BILL = "bill", "议案"


class Occasion(TextChoices):
    """When it was proposed (代表法 art. 24, 36)."""

    IN_SESSION = "in_session", "会议期间"
    BETWEEN_SESSIONS = "between_sessions", "闭会期间"


class SuggestionState(TextChoices):
    """A matter's life. ``suggestions.services`` is the one setter; each move leaves a ``SuggestionStep``."""

    DRAFT = "draft", "起草"
    SUBMITTED = "submitted", "待审查"
    RETURNED = "returned", "退回修改"
    AS_LETTER = "as_letter", "作来信转办"
    ACCEPTED = "accepted", "待交办"
    ASSIGNED = "assigned", "已交办"
    IN_HAND = "in_hand", "办理中"
    REPLIED = "replied", "已答复"
    REHANDLING = "rehandling", "重新办理"
    CONVENED = "convened", "代工委召集研究"
    CLOSED = "closed", "办结"
    WITHDRAWN = "withdrawn", "撤回"


SUGGESTION_TRANSITIONS = {
    SuggestionState.DRAFT: (SuggestionState.SUBMITTED, SuggestionState.WITHDRAWN),
    SuggestionState.SUBMITTED: (
        SuggestionState.ACCEPTED,
        SuggestionState.RETURNED,
        SuggestionState.AS_LETTER,
        SuggestionState.WITHDRAWN,
    ),
    SuggestionState.RETURNED: (SuggestionState.SUBMITTED, SuggestionState.WITHDRAWN),
    SuggestionState.AS_LETTER: (),
    SuggestionState.ACCEPTED: (SuggestionState.ASSIGNED, SuggestionState.WITHDRAWN),
    # A return of the only units puts it back among those that wait for assignment.
    SuggestionState.ASSIGNED: (SuggestionState.IN_HAND, SuggestionState.ACCEPTED, SuggestionState.WITHDRAWN),
    SuggestionState.IN_HAND: (SuggestionState.REPLIED, SuggestionState.ACCEPTED, SuggestionState.WITHDRAWN),
    SuggestionState.REPLIED: (SuggestionState.CLOSED, SuggestionState.REHANDLING, SuggestionState.CONVENED),
    SuggestionState.REHANDLING: (SuggestionState.REPLIED,),
    SuggestionState.CONVENED: (SuggestionState.REHANDLING, SuggestionState.CLOSED),
    SuggestionState.CLOSED: (),
    SuggestionState.WITHDRAWN: (),
}
WITH_UNITS = (SuggestionState.ASSIGNED, SuggestionState.IN_HAND, SuggestionState.REHANDLING)
# Done with, one way or another.
OVER = (SuggestionState.CLOSED, SuggestionState.WITHDRAWN, SuggestionState.AS_LETTER)
# The text is frozen from the day it is given to a unit.
EDITABLE = (SuggestionState.DRAFT, SuggestionState.RETURNED)


class CosignState(TextChoices):
    ASKED = "asked", "待确认"
    CONFIRMED = "confirmed", "已附议"
    DECLINED = "declined", "未附议"


class PublicityWish(TextChoices):
    FULL = "full", "同意公开全文"
    TITLE = "title", "只公开标题"
    NONE = "none", "不宜公开"


class Outcome(TextChoices):
    """What examination made of a text."""

    ACCEPT = "accept", "予以受理"
    RETURN = "return", "说明后退回"
    LETTER = "letter", "作来信转办"
    IMPROVE = "improve", "修改后再提"


class HandlingRole(TextChoices):
    LEAD = "lead", "主办"
    SUPPORT = "support", "协办"
    SEPARATE = "separate", "分办"


ANSWERING = (HandlingRole.LEAD, HandlingRole.SEPARATE)
# What kinds of organisation can be given a suggestion.
HANDLES = (OrganisationKind.HANDLING_UNIT, OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE, OrganisationKind.DISPATCHER)
# Who works on what such an organisation was given.
UNIT_ROLES = (Role.HANDLING_UNIT, Role.TOWN_OFFICE, Role.DISPATCHER)


class HandlingState(TextChoices):
    ASSIGNED = "assigned", "待签收"
    IN_HAND = "in_hand", "办理中"
    RETURN_ASKED = "return_asked", "申请退回"
    RETURNED = "returned", "已退回"
    DONE = "done", "已答复"
    ENDED = "ended", "终止办理"


HANDLING_TRANSITIONS = {
    HandlingState.ASSIGNED: (HandlingState.IN_HAND, HandlingState.RETURN_ASKED, HandlingState.ENDED),
    HandlingState.IN_HAND: (HandlingState.DONE, HandlingState.RETURN_ASKED, HandlingState.ENDED),
    HandlingState.RETURN_ASKED: (HandlingState.RETURNED, HandlingState.IN_HAND, HandlingState.ENDED),
    HandlingState.RETURNED: (),
    HandlingState.DONE: (HandlingState.IN_HAND,),
    HandlingState.ENDED: (),
}
OPEN_HANDLING = (HandlingState.ASSIGNED, HandlingState.IN_HAND, HandlingState.RETURN_ASKED)


class RequestState(TextChoices):
    """A unit's request for a return or an extension."""

    ASKED = "asked", "待审定"
    GRANTED = "granted", "同意"
    REFUSED = "refused", "不同意"


class LimitKind(TextChoices):
    """The limits a rule profile sets. Each begins with a dated act; the calculation is shown."""

    ASSIGN = "assign", "交办"
    SIGN = "sign", "签收"
    RETURN = "return", "申请退回"
    REASSIGN = "reassign", "重新交办"
    CONTACT = "contact", "首次联系代表"
    SUPPORT = "support", "协办意见"
    ANSWER = "answer", "答复"
    ANSWER_LONG = "answer_long", "答复（涉及面广、办理难度大）"
    EVALUATE = "evaluate", "代表评价"
    REHANDLE = "rehandle", "重新办理"
    PUBLISH = "publish", "公开答复"


# Nobody is late by letting these pass: a right that lapses, and what comes after the matter is done.
NOT_PRESSING = (LimitKind.RETURN, LimitKind.PUBLISH)


class ClockState(TextChoices):
    RUNNING = "running", "计时"
    PAUSED = "paused", "暂停"
    STOPPED = "stopped", "已办"


class ClockAct(TextChoices):
    STARTED = "started", "起算"
    EXTENDED = "extended", "延期"
    PAUSED = "paused", "暂停"
    RESUMED = "resumed", "恢复"
    STOPPED = "stopped", "办毕"
    RECOMPUTED = "recomputed", "随日历调整"


class ReplyState(TextChoices):
    DRAFT = "draft", "起草"
    REVIEW = "review", "待签发"
    SENT = "sent", "已答复"


class Publicity(TextChoices):
    FULL = "full", "全文公开"
    SUMMARY = "summary", "摘要公开"
    NONE = "none", "不公开"


class Grade(TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    NOT_SATISFIED = "not_satisfied", "不满意"


class Settlement(TextChoices):
    """What a reply class says of the matter itself: "answered" is not "done"."""

    SETTLED = "settled", "已经解决"
    UNDER_WAY = "under_way", "正在解决"
    PLANNED = "planned", "列入计划解决"
    REFERENCE = "reference", "留作参考"


class CommitmentState(TextChoices):
    OPEN = "open", "落实中"
    REPORTED = "reported", "待评价"
    KEPT = "kept", "已落实"
    NOT_KEPT = "not_kept", "未落实"


COMMITMENT_TRANSITIONS = {
    CommitmentState.OPEN: (CommitmentState.REPORTED,),
    CommitmentState.REPORTED: (CommitmentState.KEPT, CommitmentState.NOT_KEPT),
    CommitmentState.NOT_KEPT: (CommitmentState.REPORTED,),
    CommitmentState.KEPT: (),
}


class SupervisionMethod(TextChoices):
    """The five of the source speech (五)."""

    MEETING = "meeting", "督办会"
    ON_SITE_REVIEW = "on_site_review", "现场点评"
    DELIBERATION = "deliberation", "代表评议"
    INSPECTION = "inspection", "现场视察"
    FACE_TO_FACE = "face_to_face", "面对面沟通"


class ReminderKind(TextChoices):
    SOON = "soon", "临期提醒"
    LATE = "late", "催办"
    SUPERVISION = "supervision", "督办通知"
