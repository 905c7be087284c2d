"""How an answer is told to those who may read all of it, and to everybody else: in full, by its summary, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from congress.templatetags.frame import tag
from suggestions.enums import Publicity, Settlement
from suggestions.models import Reply, ReplyFile

_LOOKS = {
    Publicity.FULL: ("ok", "eye"),
    Publicity.SUMMARY: ("info", "quote"),
    Publicity.NONE: ("", "lock"),
}
_CLASSES = {
    Settlement.SETTLED: ("ok", "check"),
    Settlement.UNDER_WAY: ("info", "run"),
    Settlement.PLANNED: ("warn", "clock"),
    Settlement.REFERENCE: ("", "info"),
}


@dataclass(frozen=True)
class Told:
    """One answer as one person may read it. ``is_whole`` when nothing of it is kept from her."""

    reply: Reply
    is_whole: bool
    words: str
    files: list[ReplyFile]
    promises: list[Any]
    class_tag: SafeString
    publicity: SafeString
    may_mark: bool = False


def publicity_tag(reply: Reply) -> SafeString:
    return tag(*_LOOKS[Publicity(reply.publicity)], reply.get_publicity_display()) if reply.publicity else SafeString("")


def class_tag(reply: Reply) -> SafeString:
    """The class with its meaning: what "A" means differs from place to place."""
    found = reply.reply_class
    return tag(*_CLASSES[Settlement(found.settlement)], str(found)) if found else SafeString("")


def words_of(reply: Reply, is_whole: bool) -> str:
    if is_whole or reply.publicity == Publicity.FULL:
        return reply.text
    return reply.summary if reply.publicity == Publicity.SUMMARY else ""


def told(reply: Reply, *, is_whole: bool, may_mark: bool = False) -> Told:
    """``reply`` with its class, files and commitments loaded."""
    is_open = is_whole or reply.publicity == Publicity.FULL
    files = [row for row in reply.files.all() if is_whole or is_open and row.is_public]
    promises = list(reply.commitments.all()) if is_open else []
    return Told(reply, is_whole, words_of(reply, is_whole), files, promises, class_tag(reply), publicity_tag(reply), may_mark)
