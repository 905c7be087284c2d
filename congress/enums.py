"""The ground floor's vocabularies: levels, kinds, roles and states."""

from django.db.models import TextChoices


class AreaKind(TextChoices):
    """A kind of 区划. 华侨农场 and other farms of town rank are a kind of their own."""

    CITY = "city", "市"
    DISTRICT = "district", "区（县）"
    TOWN = "town", "镇"
    TOWNSHIP = "township", "乡"
    ETHNIC_TOWNSHIP = "ethnic_township", "民族乡"
    SUBDISTRICT = "subdistrict", "街道"
    FARM = "farm", "农场"
    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"


TOWN_LEVEL = (AreaKind.TOWN, AreaKind.TOWNSHIP, AreaKind.ETHNIC_TOWNSHIP, AreaKind.SUBDISTRICT, AreaKind.FARM)
VILLAGE_LEVEL = (AreaKind.VILLAGE, AreaKind.COMMUNITY)
# A town has a congress of its own; a subdistrict or a farm has only a branch office of the district's (组织法 art. 59).
WITH_CONGRESS = (AreaKind.TOWN, AreaKind.TOWNSHIP, AreaKind.ETHNIC_TOWNSHIP)


class CongressLevel(TextChoices):
    CITY = "city", "市"
    DISTRICT = "district", "区（县）"
    TOWN = "town", "乡镇"


class OrganisationKind(TextChoices):
    STANDING_COMMITTEE = "standing_committee", "人大常委会"
    DEPUTIES_OFFICE = "deputies_office", "代表工委"
    PRESIDIUM = "presidium", "乡镇人大主席团"
    BRANCH_OFFICE = "branch_office", "人大（街道、农场）工委"
    DISPATCHER = "dispatcher", "政府督查室"
    HANDLING_UNIT = "handling_unit", "承办单位"


class Role(TextChoices):
    """What a person does at an organisation. The first three are the 三员, of which nobody holds two (GB/T 22239)."""

    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
    OFFICE = "office", "代表工委工作人员"
    LEADER = "leader", "常委会领导"
    TOWN_OFFICE = "town_office", "镇（街道）人大工作人员"
    ASSESSOR = "assessor", "考评员"
    DEPUTY = "deputy", "人大代表"
    GROUP_OFFICER = "group_officer", "代表小组负责人"
    DISPATCHER = "dispatcher", "政府交办人员"
    HANDLING_UNIT = "handling_unit", "承办单位人员"


THREE_ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


class Outcome(TextChoices):
    SUCCESS = "success", "成功"
    REFUSED = "refused", "拒绝"


class DocumentState(TextChoices):
    WAITING = "waiting", "排队"
    RENDERING = "rendering", "正在生成"
    READY = "ready", "已生成"
    FAILED = "failed", "未能生成"
