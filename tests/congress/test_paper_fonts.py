"""Which characters can be printed, and what happens to a document with one that can't."""

import pytest
from django.core.exceptions import ValidationError

from congress.documents import fonts, renderer
from congress.documents.errors import PaperError

MISSING = "\U0002ebf0"  # a character of Unicode 15.1 that no shipped font has


@pytest.mark.parametrize("name", ["黄㛃", "林𠮷祥", "大菉镇", "阿依古丽·买买提", "欧阳 娜娜", "Zhang San", "□✓—（）〔〕“”"])
def test_rare_names_can_be_printed(name):
    assert fonts.unprintable(name) == ""
    fonts.validate_printable(name)


def test_what_can_not_be_printed_is_named_once():
    assert fonts.unprintable(f"李{MISSING}明{MISSING}\ue000") == f"{MISSING}\ue000"
    with pytest.raises(ValidationError) as refusal:
        fonts.validate_printable(f"李{MISSING}明")
    assert refusal.value.messages == [
        f"字库中没有“{MISSING}”（U+2EBF0），印制文件时会成为空框。请核对是否录入有误；确需使用的，请联系系统管理员增加字库。"
    ]


def test_a_missing_glyph_is_an_error_that_names_it():
    with pytest.raises(PaperError) as refusal:
        renderer.to_pdf(f'<html lang="zh-CN"><title>甲</title><p>李{MISSING}明</p></html>')
    assert str(refusal.value) == f"字库中没有“{MISSING}”（U+2EBF0），印出来会是空框。请核对文字，或者增加字库后重试。"


def test_the_office_s_own_fonts_come_first(settings, tmp_path):
    settings.PAPER_FONT_DIRS = [str(tmp_path)]
    assert [folder.name for folder in fonts.folders()] == [tmp_path.name, "pylopdf_fonts_zh_cn", "noto_cjk_sans_otc"]


def test_fontconfig_sees_our_folders_only(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    settings.PAPER_FONT_DIRS = ["/opt/A&B"]
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    first, second = fonts.close_font_set(), fonts.close_font_set()
    assert first == second
    text = first.read_text(encoding="utf-8")
    assert text.count("<dir>") == 3
    assert "<dir>/opt/A&amp;B</dir>" in text
    assert "<include" not in text
