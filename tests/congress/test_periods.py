"""Codes and edges of the periods of work."""

import datetime

import pytest

from congress.periods import Period

DAY = datetime.date


@pytest.mark.parametrize(
    ("code", "start", "end", "label"),
    [
        ("2026", DAY(2026, 1, 1), DAY(2026, 12, 31), "2026年"),
        ("2026H2", DAY(2026, 7, 1), DAY(2026, 12, 31), "2026年下半年"),
        ("2026Q1", DAY(2026, 1, 1), DAY(2026, 3, 31), "2026年第一季度"),
        ("2024-02", DAY(2024, 2, 1), DAY(2024, 2, 29), "2024年2月"),
        ("20210928-20261231", DAY(2021, 9, 28), DAY(2026, 12, 31), "2021年9月28日至2026年12月31日"),
        ("20240229-20240229", DAY(2024, 2, 29), DAY(2024, 2, 29), "2024年2月29日至2024年2月29日"),
    ],
)
def test_a_code_names_its_days(code, start, end, label):
    period = Period.parse(code)
    assert (period.start, period.end, period.label, period.code) == (start, end, label, code)


@pytest.mark.parametrize(
    "code",
    ["", "2026Q5", "2026-13", "26", "20260230-20260301", "20260101-20251231", "20260101", "9999", "0001", "99990101-99991231", "２０２６"],
)
def test_other_codes_are_refused(code):
    with pytest.raises(ValueError):
        Period.parse(code)
