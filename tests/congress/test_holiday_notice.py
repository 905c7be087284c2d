"""Reading a pasted holiday notice."""

from __future__ import annotations

import datetime

import pytest
from chinese_calendar import constants

from congress.errors import DomainError
from congress.holiday_notice import Day, days_in_range, read_notice

D = datetime.date

NOTICE_2026 = """各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
　　经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
　　一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
　　二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月
28日（周六）上班。
　　三、清明节：4月4日（周六）至6日（周一）放假，共3天。
　　四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
　　五、端午节：6月19日（周五）至21日（周日）放假，共3天。
　　六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
　　七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
　　节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
国务院办公厅
2025年11月4日"""


def test_a_whole_notice_gives_the_published_arrangement():
    read = {day.date: day.is_workday for day in read_notice(NOTICE_2026, 2026)}
    published = {day: False for day in constants.holidays if day.year == 2026} | {
        day: True for day in constants.workdays if day.year == 2026
    }
    assert read == published


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (
            "元旦：2022年12月31日至2023年1月2日放假调休，共3天。",
            [Day(D(2022, 12, 31), False, "元旦放假"), Day(D(2023, 1, 1), False, "元旦放假"), Day(D(2023, 1, 2), False, "元旦放假")],
        ),
        ("清明节:４月５日放假，与周末连休。", [Day(D(2023, 4, 5), False, "清明节放假")]),
        (
            "国庆节：10月7日（星期六），8日（星期日）上班",
            [Day(D(2023, 10, 7), True, "国庆节调休上班"), Day(D(2023, 10, 8), True, "国庆节调休上班")],
        ),
        (
            "元旦：1月1日放假\n三月三：4月21日至22日放假",
            [Day(D(2023, 1, 1), False, "元旦放假"), Day(D(2023, 4, 21), False, "三月三放假"), Day(D(2023, 4, 22), False, "三月三放假")],
        ),
    ],
)
def test_other_ways_of_writing(text: str, days: list[Day]):
    assert read_notice(text, 2023) == days


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("元旦：1月1日（周五）至3日（周六）放假", "2026年1月1日是星期四，通知写的是“周五”。请核对年度和正文。"),
        ("元旦：1月1日至3日放假，共4天", "元旦写明共 4 天，读出的放假日期是 3 天。请核对通知正文。"),
        ("春节：2月30日放假", "“2月30日”不是有效的日期。请核对通知正文。"),
        ("春节：30日放假", "“30日”不是有效的日期。请核对通知正文。"),
        ("春节：3月5日至1日放假", "结束日期不能早于开始日期。"),
        ("春节：1月1日至12月31日放假", "一段日期不能超过 31 天，请核对起止日期。"),
    ],
)
def test_slips_are_named(text: str, sentence: str):
    with pytest.raises(DomainError) as refusal:
        read_notice(text, 2026)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("text", ["", "今年不放假。", "2026年1月1日放假"])
def test_a_text_without_arrangements_is_refused(text: str):
    with pytest.raises(DomainError, match="^没有读出放假安排。请粘贴通知正文，"):
        read_notice(text, 2026)


def test_a_range_holds_both_ends():
    assert days_in_range(D(2026, 2, 28), D(2026, 3, 1), is_workday=False, name="停电") == [
        Day(D(2026, 2, 28), False, "停电"),
        Day(D(2026, 3, 1), False, "停电"),
    ]
