"""The activities' vocabularies, and each state's one table of transitions."""

from django.db.models import TextChoices


class ActivityKind(TextChoices):
    """The twelve forms of the source speech (四（四）), then meetings and the collections of 六个一 (四（一）)."""

    TRAINING = "training", "培训学习"
    DISCUSSION = "discussion", "座谈交流"
    HEARING = "hearing", "听取汇报"
    RESEARCH = "research", "调研"
    INSPECTION = "inspection", "视察"
    ENFORCEMENT_CHECK = "enforcement_check", "执法检查"
    STUDY_VISIT = "study_visit", "考察"
    DELIBERATION = "deliberation", "讨论评议"
    APPOINTMENT = "appointment", "约见"
    VISIT = "visit", "走访"
    RECEIVING = "receiving", "接访"
    INQUIRY = "inquiry", "询问"
    STANDING_MEETING = "standing_meeting", "列席常委会会议"
    SESSION = "session", "人民代表大会会议"
    PRESIDIUM = "presidium", "主席团（工委）会议"
    THEMED_RECEPTION = "themed_reception", "主题大接待"
    TOPIC_COLLECTION = "topic_collection", "监督议题征集"
    PROPOSAL_COLLECTION = "proposal_collection", "议案建议征集"
    OTHER = "other", "其他活动"


TWELVE_FORMS = tuple(ActivityKind)[:12]


class ActivityState(TextChoices):
    PLANNED = "planned", "计划中"
    ANNOUNCED = "announced", "已通知"
    HELD = "held", "已举行"
    FORWARDED = "forwarded", "已转交"
    CLOSED = "closed", "已办结"
    CANCELLED = "cancelled", "已取消"


ACTIVITY_TRANSITIONS = {
    # Straight to held: one that was entered after it took place.
    ActivityState.PLANNED: (ActivityState.ANNOUNCED, ActivityState.HELD, ActivityState.CANCELLED),
    ActivityState.ANNOUNCED: (ActivityState.HELD, ActivityState.CANCELLED),
    ActivityState.HELD: (ActivityState.FORWARDED, ActivityState.CLOSED),
    ActivityState.FORWARDED: (ActivityState.CLOSED,),
    ActivityState.CLOSED: (),
    ActivityState.CANCELLED: (),
}
TOOK_PLACE = (ActivityState.HELD, ActivityState.FORWARDED, ActivityState.CLOSED)


class ParticipationState(TextChoices):
    INVITED = "invited", "待报名"
    SIGNED_UP = "signed_up", "已报名"
    LEAVE_ASKED = "leave_asked", "申请请假"
    ON_LEAVE = "on_leave", "准假"
    PRESENT = "present", "到会"
    ABSENT = "absent", "缺席"


PARTICIPATION_TRANSITIONS = {
    ParticipationState.INVITED: (
        ParticipationState.SIGNED_UP,
        ParticipationState.LEAVE_ASKED,
        ParticipationState.ON_LEAVE,
        ParticipationState.PRESENT,
        ParticipationState.ABSENT,
    ),
    ParticipationState.SIGNED_UP: (
        ParticipationState.LEAVE_ASKED,
        ParticipationState.ON_LEAVE,
        ParticipationState.PRESENT,
        ParticipationState.ABSENT,
    ),
    # A leave that is not granted puts the deputy back among those who are expected.
    ParticipationState.LEAVE_ASKED: (
        ParticipationState.ON_LEAVE,
        ParticipationState.SIGNED_UP,
        ParticipationState.PRESENT,
        ParticipationState.ABSENT,
    ),
    ParticipationState.ON_LEAVE: (ParticipationState.SIGNED_UP, ParticipationState.PRESENT),
    ParticipationState.PRESENT: (ParticipationState.ABSENT,),
    ParticipationState.ABSENT: (ParticipationState.PRESENT, ParticipationState.ON_LEAVE),
}


class SignInMethod(TextChoices):
    SCAN = "scan", "扫码"
    LIST = "list", "名单"
    STAFF = "staff", "工作人员代签"


class ForwardingState(TextChoices):
    SENT = "sent", "待反馈"
    ANSWERED = "answered", "已反馈"


class DutySubject(TextChoices):
    """Whom a duty rule asks something of."""

    DEPUTY = "deputy", "代表"
    STANDING_MEMBER = "standing_member", "常委会组成人员"
    GROUP = "group", "代表小组"
    TOWN = "town", "镇人大"
    SUBDISTRICT = "subdistrict", "街道（农场）人大工委"
    DISTRICT = "district", "区（县）人大常委会"
    PLATFORM = "platform", "履职平台"


class DutyPeriod(TextChoices):
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF = "half", "每半年"
    YEAR = "year", "每年"
    TERM = "term", "届内"


class DutyState(TextChoices):
    """``MISSED`` once the period is over; before that a subject is on course or at risk by how much of the time is gone.

    ``NO_DATA`` where nobody has registered the figure that counts.
    """

    MET = "met", "已完成"
    ON_COURSE = "on_course", "进行中"
    AT_RISK = "at_risk", "有风险"
    MISSED = "missed", "未完成"
    EXCEEDED = "exceeded", "超出上限"
    NO_DATA = "no_data", "暂无数据"


class ReceptionState(TextChoices):
    PLANNED = "planned", "已排定"
    ANNOUNCED = "announced", "已公告"
    HELD = "held", "已接待"
    CANCELLED = "cancelled", "已取消"


RECEPTION_TRANSITIONS = {
    # A day whose notice was never put up is held all the same; its page says that there was none.
    ReceptionState.PLANNED: (ReceptionState.ANNOUNCED, ReceptionState.HELD, ReceptionState.CANCELLED),
    ReceptionState.ANNOUNCED: (ReceptionState.HELD, ReceptionState.CANCELLED),
    ReceptionState.HELD: (),
    ReceptionState.CANCELLED: (),
}


class DayRule(TextChoices):
    """How a platform's fixed day of the month is named."""

    DATE = "date", "每月几日"
    WEEKDAY = "weekday", "每月第几个星期几"
    WORKDAY = "workday", "每月第几个工作日"


class Shift(TextChoices):
    """Where a day goes that falls on a holiday."""

    LATER = "later", "顺延到下一个工作日"
    EARLIER = "earlier", "提前到上一个工作日"
    KEEP = "keep", "不调整"


class DutyTurn(TextChoices):
    """How a deputy came to a day of the rota, and what came of it."""

    DRAWN = "drawn", "排定"
    ADJUSTED = "adjusted", "人工调整"
    SWAPPED = "swapped", "换班"


class SwapState(TextChoices):
    ASKED = "asked", "待对方同意"
    AGREED = "agreed", "已换班"
    REFUSED = "refused", "对方未同意"
    WITHDRAWN = "withdrawn", "已撤回"


class WishKind(TextChoices):
    AWAY = "away", "不能值班"
    RATHER_NOT = "rather_not", "最好不排"
    GLADLY = "gladly", "希望排在"


class RotaState(TextChoices):
    WAITING = "waiting", "等待排班"
    DRAWING = "drawing", "正在排班"
    READY = "ready", "已排好"
    FAILED = "failed", "排不出"
    ADOPTED = "adopted", "已采用"


class ForumState(TextChoices):
    """The three phases of a forum (source speech 四（三）): before, during, after."""

    COLLECTING = "collecting", "会前征集"
    HELD = "held", "会中反映"
    SENT = "sent", "会后反馈"
    CLOSED = "closed", "已办结"


FORUM_TRANSITIONS = {
    ForumState.COLLECTING: (ForumState.HELD,),
    ForumState.HELD: (ForumState.SENT,),
    ForumState.SENT: (ForumState.CLOSED,),
    ForumState.CLOSED: (),
}


class PlanState(TextChoices):
    """代表法 art. 43: drafted, adopted by the chairpersons' meeting, told to the deputies, published."""

    DRAFT = "draft", "拟订"
    ADOPTED = "adopted", "已通过"
    TOLD = "told", "已通报"
    PUBLISHED = "published", "已公布"


# Once adopted its items are frozen. A change goes back to the chairpersons' meeting: the plan is a draft again, to be adopted anew.
PLAN_TRANSITIONS = {
    PlanState.DRAFT: (PlanState.ADOPTED,),
    PlanState.ADOPTED: (PlanState.TOLD, PlanState.DRAFT),
    PlanState.TOLD: (PlanState.PUBLISHED, PlanState.DRAFT),
    PlanState.PUBLISHED: (PlanState.DRAFT,),
}
