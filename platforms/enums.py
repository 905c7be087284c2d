"""The platforms' vocabularies and the round's states with their one table of transitions."""

from django.db.models import TextChoices

from congress.enums import VILLAGE_LEVEL, AreaKind


class PlatformKind(TextChoices):
    ACTIVITY_CENTRE = "activity_centre", "代表履职活动中心"
    DEPUTIES_HOME = "deputies_home", "代表之家"
    CONTACT_STATION = "contact_station", "联络站"


class StandardScope(TextChoices):
    """Which platforms a standard is for."""

    ALL = "all", "全部平台"
    TOWN = "town", "镇（乡、农场）级平台"
    SUBDISTRICT = "subdistrict", "街道级平台"
    VILLAGE = "village", "村（社区）级平台"
    DEMONSTRATION = "demonstration", "示范平台"


def scopes_of(area_kind: str, is_demonstration: bool) -> frozenset[StandardScope]:
    """Which scopes take in a platform that stands in an area of this kind."""
    if area_kind in VILLAGE_LEVEL:
        level = StandardScope.VILLAGE
    elif area_kind == AreaKind.SUBDISTRICT:
        level = StandardScope.SUBDISTRICT
    else:
        level = StandardScope.TOWN
    return frozenset({StandardScope.ALL, level} | ({StandardScope.DEMONSTRATION} if is_demonstration else set()))


class CheckState(TextChoices):
    MET = "met", "达标"
    PARTLY = "partly", "不全"
    NOT_YET = "not_yet", "缺"


class Subject(TextChoices):
    """What an item of the score table is scored for."""

    PLATFORM = "platform", "平台"
    AREA = "area", "镇（街道）"


class SuggestionMethod(TextChoices):
    """How a figure becomes a suggested score. ``full_at`` is the value that earns the full score."""

    RATIO = "ratio", "按比例：分值 ×（指标值 ÷ 满分值），不超过满分"
    THRESHOLD = "threshold", "达到满分值得满分，否则不得分"


class RoundState(TextChoices):
    SELF_SCORING = "self_scoring", "自评"
    CROSS_SCORING = "cross_scoring", "交叉评"
    SIGN_OFF = "sign_off", "审定"
    OBJECTION = "objection", "异议"
    PUBLISHED = "published", "已通报"


ROUND_TRANSITIONS = {
    RoundState.SELF_SCORING: (RoundState.CROSS_SCORING,),
    RoundState.CROSS_SCORING: (RoundState.SIGN_OFF,),
    RoundState.SIGN_OFF: (RoundState.OBJECTION,),
    RoundState.OBJECTION: (RoundState.PUBLISHED,),
    RoundState.PUBLISHED: (),
}
OPEN_ROUND = (RoundState.SELF_SCORING, RoundState.CROSS_SCORING, RoundState.SIGN_OFF, RoundState.OBJECTION)


class AssignmentState(TextChoices):
    """How far the assessment of one area is."""

    SELF_SCORING = "self_scoring", "自评中"
    CROSS_SCORING = "cross_scoring", "交叉评中"
    SCORED = "scored", "待审定"
    SIGNED_OFF = "signed_off", "已审定"


ASSIGNMENT_TRANSITIONS = {
    AssignmentState.SELF_SCORING: (AssignmentState.CROSS_SCORING,),
    AssignmentState.CROSS_SCORING: (AssignmentState.SCORED,),
    AssignmentState.SCORED: (AssignmentState.SIGNED_OFF, AssignmentState.CROSS_SCORING),  # the leader may send it back
    AssignmentState.SIGNED_OFF: (),
}


class ObjectionState(TextChoices):
    RAISED = "raised", "待答复"
    UPHELD = "upheld", "采纳"
    DISMISSED = "dismissed", "维持原评分"


class RectificationState(TextChoices):
    OPEN = "open", "整改中"
    REPORTED = "reported", "待复核"
    VERIFIED = "verified", "已整改，已复核"


RECTIFICATION_TRANSITIONS = {
    RectificationState.OPEN: (RectificationState.REPORTED,),
    RectificationState.REPORTED: (RectificationState.VERIFIED, RectificationState.OPEN),  # sent back when not put right
    RectificationState.VERIFIED: (),
}
