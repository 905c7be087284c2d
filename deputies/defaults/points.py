"""The point table a new installation starts with: twelve kinds of work that local tables score, a hundred points in all.

The kinds follow tables in use elsewhere (sessions, meetings, training, inspections and research, receiving voters, contacts,
suggestions, duty reports, good deeds and honours); every number is for the congress to change. A rule whose figure nobody has
registered yet counts nothing, and begins to count on the day an app registers it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

# What groups do beside training, inspections and research: the other forms of the source speech (四（四）).
_GROUP = "discussion|hearing|study_visit|deliberation|appointment|visit|receiving|inquiry|themed_reception"

# figure, argument, name, needed, base, per extra, cap
RULES = (
    ("activities.participations", "session", "出席人民代表大会会议", "1", "3", "3", "6"),
    ("activities.participations", "standing_meeting", "列席常委会等会议", "1", "3", "3", "6"),
    ("activities.participations", "inspection|research|enforcement_check", "视察、调研和执法检查", "1", "3", "3", "12"),
    ("activities.participations", _GROUP, "代表小组等其他活动", "1", "2", "2", "8"),
    ("activities.training_hours", "", "学习培训", "4", "2", "0.5", "8"),
    ("activities.reception_duties", "", "接待选民", "1", "1", "1", "8"),
    ("deputies.contacts", "", "联系选民", "4", "4", "0.5", "12"),
    ("deputies.opinions", "", "反映选民意见", "1", "2", "1", "10"),
    ("suggestions.proposed", "", "提出建议、批评和意见", "1", "3", "3", "12"),
    ("deputies.duty_reports_of", "", "向选民述职", "1", "6", "0", "6"),
    ("deputies.deeds", "", "先进事迹", "1", "2", "2", "4"),
    ("deputies.honours", "", "表彰奖励", "1", "4", "2", "8"),
)


def ship(rules: Any, peer_rules: Any) -> None:
    """Writes the rules where there are none yet; takes the model classes, so that migrations can pass theirs."""
    if not rules.objects.exists():
        rules.objects.bulk_create(
            rules(
                figure=figure,
                argument=argument,
                label=label,
                needed=Decimal(needed),
                base=Decimal(base),
                per_extra=Decimal(extra),
                cap=Decimal(cap),
                position=number * 10,
            )
            for number, (figure, argument, label, needed, base, extra, cap) in enumerate(RULES, start=1)
        )
    if not peer_rules.objects.exists():
        peer_rules.objects.create()
