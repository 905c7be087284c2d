"""This app's words for the audit trail: actions, and the names and values in their changes."""

from platforms.enums import CheckState, PlatformKind
from platforms.models import Platform, Standard

WORDS = {
    "platforms.create_platform": "登记平台",
    "platforms.update_platform": "修改平台",
    "platforms.set_check": "检查达标情况",
    "platforms.meet_all": "全部记为达标",
    "platforms.attach_evidence": "上传佐证材料",
    "platforms.remove_evidence": "删除佐证材料",
    "platforms.ship_standards": "载入默认标准",
    "platforms.create_standard": "新增建设标准",
    "platforms.change_standard": "修改建设标准",
    "platforms.new_standard_version": "建设标准出新版",
    "files": "文件",
    "file": "文件",
    "shows": "佐证对象",
    "sha256": "校验值",
    "item": "项目",
    "items": "项目",
    "checks": "带入的检查记录",
    "added": "新增数",
    "state": "状态",
    "note": "说明",
    "version": "版本",
    **{
        field.name: str(field.verbose_name) for model in (Standard, Platform) for field in model._meta.concrete_fields if field.name != "id"
    },
    **dict(CheckState.choices),
    **dict(PlatformKind.choices),
}
