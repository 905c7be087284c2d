"""Voter contacts as a table."""

from __future__ import annotations

from html import escape

from django.utils import timezone
from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link
from deputies.enums import Channel
from deputies.models import VoterContact

_CHANNELS = dict(Channel.choices)
_SNIPPET = 60


def shortened(text: str, most: int = _SNIPPET) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def contacts_table() -> Table[VoterContact]:
    """Rows come with area, author and deputies. Made per page, as the register."""
    to_contact = addresses("deputies:contact")

    def when(contact: VoterContact) -> SafeString:
        at = timezone.localtime(contact.at)
        words = f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
        return SafeString(f'{link(to_contact(contact.code), words, "strong")}<br><span class="muted small">{escape(contact.code)}</span>')

    def who(contact: VoterContact) -> SafeString:
        deputies = contact.deputies.all()
        names = "、".join(escape(deputy.name) for deputy in deputies)
        if all(deputy.user_id != contact.author_id for deputy in deputies):
            names += f'<br><span class="muted small">{escape(contact.author.name)}代记</span>'
        return SafeString(names)

    return Table(
        "联系选民记录",
        [
            Column("时间", when, is_heading=True),
            Column("代表", who),
            Column("方式", lambda contact: _CHANNELS[contact.channel], css="nowrap"),
            Column("地点", lambda contact: contact.where),
            Column("选民说了什么", lambda contact: shortened(contact.text), css="wide"),
            Column("人数", lambda contact: contact.people, css="num"),
        ],
    )
