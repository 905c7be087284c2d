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
