"""The deputies' vocabularies."""

from django.db.models import TextChoices


class Sex(TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"
    UNKNOWN = "unknown", "未填"


class MandateStatus(TextChoices):
    ACTIVE = "active", "在任"
    SUSPENDED = "suspended", "暂停执行职务"
    ENDED = "ended", "资格终止"


class EndReason(TextChoices):
    """Why a mandate was suspended or ended (代表法 art. 61, 62)."""

    CRIMINAL_CASE = "criminal_case", "因刑事案件被羁押正在受侦查、起诉、审判"
    PUBLIC_SURVEILLANCE = "public_surveillance", "被依法判处管制、拘役或者有期徒刑正在服刑"
    MOVED_AWAY = "moved_away", "迁出或者调离本行政区域"
    RESIGNED = "resigned", "辞职被接受"
    ORDERED_TO_RESIGN = "ordered_to_resign", "责令辞职被接受"
    ABSENT_TWICE = "absent_twice", "未经批准两次不出席本级人民代表大会会议"
    RECALLED = "recalled", "被罢免"
    LOST_NATIONALITY = "lost_nationality", "丧失中华人民共和国国籍"
    POLITICAL_RIGHTS = "political_rights", "被剥夺政治权利"
    INCAPACITY = "incapacity", "丧失行为能力"
    DIED = "died", "去世"
    TERM_ENDED = "term_ended", "任期届满"


SUSPENSION_REASONS = (EndReason.CRIMINAL_CASE, EndReason.PUBLIC_SURVEILLANCE)  # 代表法 art. 61
# 代表法 art. 62. A term's end is not chosen: it comes with the change of term.
END_REASONS = tuple(reason for reason in EndReason if reason not in (*SUSPENSION_REASONS, EndReason.TERM_ENDED))

MANDATE_TRANSITIONS = {
    MandateStatus.ACTIVE: (MandateStatus.SUSPENDED, MandateStatus.ENDED),
    MandateStatus.SUSPENDED: (MandateStatus.ACTIVE, MandateStatus.ENDED),
    MandateStatus.ENDED: (),
}


class GroupRole(TextChoices):
    LEADER = "leader", "组长"
    DEPUTY_LEADER = "deputy_leader", "副组长"
    LIAISON = "liaison", "联络员"
    MEMBER = "member", "组员"


class Channel(TextChoices):
    """How a voter was met."""

    VISIT = "visit", "走访"
    RECEPTION = "reception", "接待日"
    WALK_IN = "walk_in", "来访"
    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    ONLINE = "online", "网上"


class Urgency(TextChoices):
    ORDINARY = "ordinary", "一般"
    URGENT = "urgent", "紧急"
    CRITICAL = "critical", "特急"


class Way(TextChoices):
    """Where an opinion goes. A deputy passes on, and does not settle matters herself (代表法 art. 31)."""

    ON_THE_SPOT = "on_the_spot", "当场答复"
    VILLAGE = "village", "转村（社区）"
    TOWN = "town", "转镇（街道）"
    DEPARTMENT = "department", "转部门"
    SUGGESTION = "suggestion", "形成代表建议"
    CITY = "city", "转市级代表反映"
    FORUM = "forum", "民情反映会"


class OpinionState(TextChoices):
    RECORDED = "recorded", "已记录"
    PASSED_ON = "passed_on", "已转办"
    IN_HAND = "in_hand", "办理中"
    ANSWERED = "answered", "已答复"
    CLOSED = "closed", "已办结"
    REOPENED = "reopened", "重新办理"


OPEN_WITH_SOMEBODY = (OpinionState.PASSED_ON, OpinionState.IN_HAND, OpinionState.REOPENED)  # in somebody's hands, without an answer

OPINION_TRANSITIONS = {
    OpinionState.RECORDED: (OpinionState.PASSED_ON, OpinionState.ANSWERED),
    OpinionState.PASSED_ON: (OpinionState.IN_HAND, OpinionState.ANSWERED, OpinionState.PASSED_ON),
    OpinionState.IN_HAND: (OpinionState.ANSWERED, OpinionState.PASSED_ON),
    OpinionState.ANSWERED: (OpinionState.CLOSED, OpinionState.REOPENED),
    OpinionState.CLOSED: (OpinionState.REOPENED,),
    OpinionState.REOPENED: (OpinionState.PASSED_ON, OpinionState.IN_HAND, OpinionState.ANSWERED),
}


class DutyReportState(TextChoices):
    PLANNED = "planned", "已计划"
    HELD = "held", "已举行"
    ANNOUNCED = "announced", "已宣布结果"


class BallotMethod(TextChoices):
    PAPER = "paper", "纸质选票"
    SCAN = "scan", "扫码"


class BallotGrade(TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    NOT_SATISFIED = "not_satisfied", "不满意"


class DeedState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    APPROVED = "approved", "已审核"


class NominationState(TextChoices):
    NOMINATED = "nominated", "镇（街道）推荐"
    EXAMINED = "examined", "代工委审查通过"
    REFUSED = "refused", "未通过"
    HONOURED = "honoured", "主任会议审定"


class DutyState(TextChoices):
    """How far a deputy is with a duty that has a minimum, such as 三个一."""

    MET = "met", "已完成"
    OPEN = "open", "进行中"
    SHORT = "short", "未完成"
