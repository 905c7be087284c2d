"""Where an item of the annual plan stands, by what took place and how much of its time is gone."""

from __future__ import annotations

import datetime
from enum import Enum
from typing import Any


class Standing(Enum):
    """Tone, icon and word of a state."""

    DONE = ("ok", "check", "已完成")
    LATE = ("bad", "late", "已逾期")
    THIS_MONTH = ("warn", "alert", "本月应完成")
    NEXT_MONTH = ("warn", "clock", "下月应完成")
    RUNNING = ("info", "run", "进行中")
    AHEAD = ("", "wait", "未到时间")


def standing(item: Any, today: datetime.date) -> Standing:
    """Of an item with ``done`` (see ``AnnualPlanItemQuerySet.with_progress``) and its ``plan``."""
    if item.done >= item.count:
        return Standing.DONE
    gone = (today.year - item.plan.year) * 12 + today.month  # months of the plan's year that have begun; 13 and more once it is over
    if item.last_month < gone:
        return Standing.LATE
    if item.last_month == gone:
        return Standing.THIS_MONTH
    if item.last_month == gone + 1:
        return Standing.NEXT_MONTH
    return Standing.RUNNING if item.done or item.first_month <= gone else Standing.AHEAD
