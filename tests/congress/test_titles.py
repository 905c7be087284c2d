"""Line breaks of titles: whole words, trapezoid or diamond."""

import pytest

from congress.documents.titles import title_lines, width


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        (["关于", "放假的通知"], ["关于放假的通知"]),
        (
            ["榕江区人大常委会办公室关于", "2026年第三季度", "镇（街道）", "人大代表", "履职平台", "交叉考评", "情况的通报"],
            ["榕江区人大常委会办公室关于", "2026年第三季度镇（街道）人大代表", "履职平台交叉考评情况的通报"],
        ),
        (["甲" * 8, "乙" * 4, "丙" * 10], ["甲" * 8 + "乙" * 4, "丙" * 10]),
        (["甲" * 9, "乙" * 12, "丙" * 9], ["甲" * 9, "乙" * 12, "丙" * 9]),
        (["甲" * 12, "乙" * 10, "丙" * 12], ["甲" * 12, "乙" * 10, "丙" * 12]),  # nothing else fits: an hourglass is better than a cut word
    ],
)
def test_lines(parts, lines):
    assert title_lines(parts) == lines


def test_a_word_wider_than_a_line_is_cut():
    assert title_lines(["甲" * 25, "乙"]) == ["甲" * 19, "甲" * 6 + "乙"]


def test_figures_are_half_as_wide():
    assert width("2026年") == pytest.approx(3.2)
